import type { Quota } from '../../domain/quota.ts';
import type { Deps } from '../deps.ts';
import type { CheckJob } from '../ports.ts';
import type { Tally } from './tally.ts';

interface ReceiptOf {
  readonly spawned: number;
  readonly whole: boolean;
  readonly quota?: Quota | undefined;
}

/** The only routine write of a job; the same job delivered twice leaves one. */
export async function writeReceipt(
  deps: Pick<Deps, 'runs' | 'clock'>,
  { tick, id, offset, unit, applyId }: CheckJob,
  { totals, lists }: Tally,
  { spawned, whole, quota }: ReceiptOf,
): Promise<void> {
  await deps.runs.putReceipt({
    v: 1,
    tick,
    job: id,
    offset,
    lane: unit.lane,
    unit: unit.id,
    at: deps.clock.now(),
    totals,
    spawned,
    whole,
    ...(quota === undefined ? {} : { quota: { remaining: quota.remaining, limit: quota.limit } }),
    ...(applyId === undefined ? {} : { baseline: { applyId, lists } }),
  });
}
