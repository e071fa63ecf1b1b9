import type { Timestamp } from '../domain/time.ts';
import type { CheckJob, Job, Totals } from './ports.ts';
import { checkUnit } from './scan/check-unit.ts';
import type { ScanDeps } from './scan/context.ts';
import { withStop } from './scan/deadline.ts';
import { endRound } from './scan/end-round.ts';
import { joinRound } from './scan/join-round.ts';
import { writeReceipt } from './scan/receipt.ts';
import { Tally } from './scan/tally.ts';
import { NO_TOTALS } from './totals.ts';

export type { ScanDeps } from './scan/context.ts';

/** How long a job may take. */
export interface JobBudget {
  /** After that no tag is begun: what is left is sent as a new message. */
  readonly until: Timestamp;
  /** By then nothing is asked any more: tags under way end as inconclusive. @default - they end by themselves */
  readonly stopAt?: Timestamp;
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
  switch (job.kind) {
    case 'check':
      return check(deps, job, budget);
    case 'end-of-round':
      await endRound(deps, job);
      return NO_TOTALS;
    case 'test-alert':
      await (await import('./test-alert.ts')).raiseTestAlert(deps, job);
      return NO_TOTALS;
    case 'acknowledge':
      await (await import('./acknowledge.ts')).acknowledgeEvent(deps, job);
      return NO_TOTALS;
  }
}

async function check(deps: ScanDeps, job: CheckJob, budget: JobBudget): Promise<Totals> {
  const joined = await joinRound(deps, job);
  if (joined.kind === 'over') return drop(deps, job);
  // What filters need (patterns, versions) is loaded where there are some.
  const work =
    job.unit.filter === undefined ? checkUnit : (await import('./scan/filter-job.ts')).expandFilter;
  return withStop(deps.clock, budget, (stopping) => work(deps, job, stopping, joined.lane));
}

/** Its tags are checked by the round that the lane has gone on to, a baseline's too. */
async function drop(deps: ScanDeps, job: CheckJob): Promise<Totals> {
  const tally = new Tally();
  tally.drop(Math.max(1, job.unit.tags.length - job.offset));
  const { applyId: _, ...rest } = job;
  await writeReceipt(deps, rest, tally, { spawned: 0, whole: false });
  return tally.totals;
}
