import type { Deps } from '../deps.ts';
import { renewed } from '../dispatch/lane-state.ts';
import { updateLane } from '../lanes.ts';
import type { CheckJob } from '../ports.ts';

/**
 * Keeps the round of a job alive, however slowly its jobs are worked. `over` when the lane has gone
 * on to another one, in which the same tags are checked again.
 */
export async function joinRound(
  { lanes, clock }: Pick<Deps, 'lanes' | 'clock'>,
  { round, unit }: CheckJob,
): Promise<'under way' | 'over'> {
  if (round === undefined) return 'under way';
  let over = false;
  await updateLane(lanes, unit.lane, (lane) => {
    over = lane !== undefined && lane.round !== round;
    return lane === undefined || over ? undefined : renewed(lane, clock.now());
  });
  return over ? 'over' : 'under way';
}
