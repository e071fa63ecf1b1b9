/**
 * `npm run bench`: ratios of what runs side by side on this machine, now. A goal that is missed is
 * marked, and is no failure: what a busy machine measures breaks no build.
 */
import { applyFigures } from './apply-figures.ts';
import { boundsFigures } from './bounds-figures.ts';
import { clientFigures } from './client-figures.ts';
import { coldStartFigures } from './cold-start.ts';
import { costFigures } from './cost-figures.ts';
import { type Figure, tableOf } from './figure.ts';
import { scaleFigures } from './scale-figures.ts';
import { scanFigures } from './scan-figures.ts';
import { verdictFigures } from './verdict-figures.ts';
import { verifyFigures } from './verify-figures.ts';

const progress = (text: string) => console.error(text);
/** `npm run bench -- scan` measures that alone. */
const SUBJECTS = {
  verify: verifyFigures,
  verdict: verdictFigures,
  bounds: boundsFigures,
  client: clientFigures,
  scan: scanFigures,
  scale: scaleFigures,
  cost: costFigures,
  start: coldStartFigures,
  apply: applyFigures,
};

const wanted = process.argv.slice(2);
const figures: Figure[] = [];
for (const [subject, measure] of Object.entries(SUBJECTS)) {
  if (wanted.length === 0 || wanted.includes(subject)) figures.push(...(await measure(progress)));
}
console.log(tableOf(figures));
