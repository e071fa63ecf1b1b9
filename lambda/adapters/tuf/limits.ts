import type { Config } from 'tuf-js';
import { type Duration, MINUTE, SECOND } from '../../domain/time.ts';

/**
 * Bounds on what a mirror can make us read. Metadata of one refresh has to fit an item of the
 * table, as base64: about ten times what the public-good repository needs.
 */
export const METADATA_BYTES = {
  root: 96 * 1024,
  timestamp: 16 * 1024,
  snapshot: 32 * 1024,
  targets: 96 * 1024,
} as const;
export const TARGET_BYTES = 256 * 1024;
/** Everything of one refresh: a chain of roots without end costs no more than this. */
export const TOTAL_BYTES = 4 * 1024 * 1024;
/** New versions of the root that one refresh follows. */
const MAX_ROOTS = 64;

export interface Deadlines {
  /** One answer, to its last byte. */
  readonly answer: Duration;
  /** The whole refresh. */
  readonly total: Duration;
}

export const DEADLINES: Deadlines = { answer: 10 * SECOND, total: MINUTE };

export const CONFIG: Partial<Config> = {
  maxRootRotations: MAX_ROOTS,
  maxDelegations: 0,
  rootMaxLength: METADATA_BYTES.root,
  timestampMaxLength: METADATA_BYTES.timestamp,
  snapshotMaxLength: METADATA_BYTES.snapshot,
  targetsMaxLength: METADATA_BYTES.targets,
};
