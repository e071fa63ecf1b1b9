import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import type { Job, Totals } from './ports.ts';

/** How long a job may take; what is left then is sent as a new message. */
export interface JobBudget {
  readonly until: Timestamp;
  /** Tags checked at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

type ScanDeps = Omit<Deps, 'trust' | 'publisher' | 'storeId'>;

export declare function scanJob(deps: ScanDeps, job: Job, budget: JobBudget): Promise<Totals>;
