import { BUNDLES } from './bundles.ts';
import type { BoundedInput } from './input.ts';
import { LAYERS } from './layers.ts';
import { REFERRERS } from './referrers.ts';
import { STATEMENTS } from './statements.ts';

export { type BoundedInput, Place } from './input.ts';

/** Each is one step beyond a bound, or far beyond it. */
export const BOUNDED_INPUTS: readonly BoundedInput[] = [
  ...LAYERS,
  ...REFERRERS,
  ...BUNDLES,
  ...STATEMENTS,
];
