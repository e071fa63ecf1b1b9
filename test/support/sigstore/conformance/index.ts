import { BUNDLE_VECTORS, KEY_VECTORS } from './bundles.ts';
import { LOG_V1_VECTORS } from './log-v1.ts';
import { LOG_V2_VECTORS } from './log-v2.ts';
import { ROOT_VECTORS, TIME_VECTORS } from './times.ts';
import type { Vector } from './vector.ts';

export { FileBench } from './bench.ts';
export { shallVerify, type Vector, type VectorFiles } from './vector.ts';

/** Every case of Sigstore's conformance suite that verifies a bundle. */
export const VECTORS: readonly Vector[] = [
  ...BUNDLE_VECTORS,
  ...KEY_VECTORS,
  ...LOG_V1_VECTORS,
  ...LOG_V2_VECTORS,
  ...TIME_VECTORS,
  ...ROOT_VECTORS,
];
