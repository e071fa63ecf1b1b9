import type { Deps } from '../deps.ts';
import { renewed } from '../dispatch/lane-state.ts';
import { updateLane } from '../lanes.ts';
import type { CheckJob, Lane } from '../ports.ts';

/** `over` when the lane has gone on to another round, in which the same tags are checked again. */
export type Joined =
  | { readonly kind: 'over' }
  /** With the lane as it was found, so that nobody reads it a second time; absent for a job of no round. */
  | { readonly kind: 'under way'; readonly lane?: Lane };

/** Keeps the round of a job alive, however slowly its jobs are worked. */
export async function joinRound(
  { lanes, clock }: Pick<Deps, 'lanes' | 'clock'>,
  { round, unit }: CheckJob,
): Promise<Joined> {
  if (round === undefined) return { kind: 'under way' };
  let joined: Joined = { kind: 'under way' };
  await updateLane(lanes, unit.lane, (lane) => {
    const over = lane !== undefined && lane.round !== round;
    joined = over ? { kind: 'over' } : { kind: 'under way', ...(lane && { lane }) };
    return lane === undefined || over ? undefined : renewed(lane, clock.now());
  });
  return joined;
}
