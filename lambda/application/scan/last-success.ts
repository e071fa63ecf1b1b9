import { HOUR, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import type { Interval } from '../../domain/watch.ts';
import type { Receipt, RunStore } from '../ports.ts';

/** A run of more receipts than this is not searched to its end. */
const RECEIPTS = 5_000;

/**
 * The due time of the last check of a whole unit before this one. A healthy tag is not written, so
 * its last success is its unit's latest receipt. Undefined when none of the last three intervals,
 * or of the last hour, has one.
 */
export async function lastSuccess(
  runs: RunStore,
  unit: { readonly id: string; readonly every: Interval },
  before: Timestamp,
): Promise<Timestamp | undefined> {
  const since = plus(before, -Math.max(3 * unit.every * MINUTE, HOUR));
  let read = 0;
  for await (const { tick } of runs.runs(since)) {
    if (tick >= before) continue;
    for await (const receipt of runs.receipts(tick)) {
      if (receipt.unit === unit.id && isSuccess(receipt)) return tick;
      if (++read === RECEIPTS) return undefined;
    }
  }
  return undefined;
}

/** Tags of a job that was throttled or dropped were not asked for; of any other, failures are written. */
export function isSuccess({ whole, totals }: Receipt): boolean {
  return whole && totals.dropped === 0 && (totals.inconclusive.throttled ?? 0) === 0;
}
