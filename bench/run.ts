/**
 * `npm run bench`: ratios of what runs side by side on this machine, now. A goal that is missed is
 * marked, and is no failure: what a busy machine measures breaks no build.
 */
import { tableOf } from './figure.ts';
import { scanFigures } from './scan-figures.ts';
import { verifyFigures } from './verify-figures.ts';

const progress = (text: string) => console.error(text);
const figures = [...(await verifyFigures(progress)), ...(await scanFigures(progress))];
console.log(tableOf(figures));
