/** The floor of a keyless verdict, warm. */
import { createBareVerdict } from './bare-verdict.ts';
import { onDemand } from './child.ts';
import { timeOf } from './image.ts';

const [rootFile = '', image = ''] = process.argv.slice(2);
const bare = createBareVerdict(rootFile, image);
await onDemand(() =>
  timeOf(async () => {
    await bare.reach();
    return 0;
  }),
);
await bare.close();
