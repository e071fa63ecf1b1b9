import type { Timestamp } from '../domain/time.ts';
import type { LaneId } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import type { QuotaLeft, Receipt, Run } from './ports.ts';
import { addTotals, NO_TOTALS } from './totals.ts';

export interface RunSummary extends Run {
  /** A job of this run left no receipt: it is under way, was lost, or went to the dead letters. */
  readonly incomplete: boolean;
  /** The least that each registry had left for us, of those that count pulls. */
  readonly quotas: Readonly<Record<LaneId, QuotaLeft>>;
}

/** Newest first; a run is the sum of its receipts. */
export async function* runsSince(
  deps: Pick<Deps, 'runs'>,
  since: Timestamp,
): AsyncGenerator<RunSummary> {
  for await (const run of deps.runs.runs(since)) yield summarize(run, deps.runs.receipts(run.tick));
}

export async function summarize(run: Run, receipts: AsyncIterable<Receipt>): Promise<RunSummary> {
  let [count, expected, totals] = [0, run.jobs, NO_TOTALS];
  let finishedAt: Timestamp | undefined;
  const quotas: Record<LaneId, QuotaLeft> = {};
  for await (const receipt of receipts) {
    count++;
    expected += receipt.spawned;
    totals = addTotals(totals, receipt.totals);
    noteQuota(quotas, receipt);
    if (finishedAt === undefined || receipt.at > finishedAt) finishedAt = receipt.at;
  }
  const sending = run.jobs === 0 && run.finishedAt === undefined;
  const incomplete = sending || count < expected;
  const end = incomplete || finishedAt === undefined ? {} : { finishedAt };
  return { ...run, jobs: expected, receipts: count, totals, incomplete, quotas, ...end };
}

function noteQuota(quotas: Record<LaneId, QuotaLeft>, { lane, quota }: Receipt): void {
  if (quota === undefined) return;
  const least = quotas[lane];
  if (least === undefined || quota.remaining < least.remaining) quotas[lane] = quota;
}
