import { between, MINUTE, type Timestamp } from '../domain/time.ts';
import { ROUND_LEASE } from './dispatch/lane-state.ts';
import type { CheckJob, Job, Totals } from './ports.ts';
import { checkUnit } from './scan/check-unit.ts';
import type { ScanDeps } from './scan/context.ts';
import { endRound } from './scan/end-round.ts';
import { expandFilter } from './scan/filter-job.ts';
import { writeReceipt } from './scan/receipt.ts';
import { Tally } from './scan/tally.ts';
import { NO_TOTALS } from './totals.ts';

export type { ScanDeps } from './scan/context.ts';

/** How long a job may take; what is left then is sent as a new message. */
export interface JobBudget {
  readonly until: Timestamp;
  /** Tags checked at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/**
 * Works one message of the queue. Resolving acknowledges it, also when its registry failed: the
 * next tick tries again. It throws when the store could not be used, or when the signal aborts; the
 * message then comes again.
 */
export async function scanJob(deps: ScanDeps, job: Job, budget: JobBudget): Promise<Totals> {
  if (job.kind === 'end-of-round') {
    await endRound(deps, job);
    return NO_TOTALS;
  }
  if (isTooOld(job, deps.clock.now())) return drop(deps, job);
  return job.unit.filter === undefined
    ? checkUnit(deps, job, budget)
    : expandFilter(deps, job, budget);
}

/**
 * Older than its interval, and than the lease of its round: its tags are due again, in a round that
 * may be under way. Within the lease it is still the only job that checks them.
 */
function isTooOld({ sentAt, unit }: CheckJob, now: Timestamp): boolean {
  return between(sentAt, now) > Math.max(unit.every * MINUTE, ROUND_LEASE);
}

async function drop(deps: ScanDeps, job: CheckJob): Promise<Totals> {
  const tally = new Tally();
  tally.drop(Math.max(1, job.unit.tags.length - job.offset));
  await writeReceipt(deps, job, tally, { spawned: 0, whole: false });
  return tally.totals;
}
