import { type Duration, MINUTE } from '../../domain/time.ts';

/** How much one process does at once. */
export interface Limits {
  /** Lanes, of which each works one job. */
  readonly lanes: number;
  /** Tags of one job. */
  readonly tags: number;
  /** How long a job may take before it sends its rest. */
  readonly jobTime: Duration;
}

export const DEFAULT_LIMITS: Limits = { lanes: 16, tags: 16, jobTime: 5 * MINUTE };
