import type { Deps } from '../deps.ts';
import type { CheckJob } from '../ports.ts';
import type { Tally } from './tally.ts';

/** The only routine write of a job; the same job delivered twice leaves one. */
export async function writeReceipt(
  deps: Pick<Deps, 'runs' | 'clock'>,
  { tick, id, offset, unit, applyId }: CheckJob,
  { totals, lists }: Tally,
  { spawned, whole }: { readonly spawned: number; readonly whole: boolean },
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
    ...(applyId === undefined ? {} : { baseline: { applyId, lists } }),
  });
}
