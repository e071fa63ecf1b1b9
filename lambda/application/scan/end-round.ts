import type { Deps } from '../deps.ts';
import { ended } from '../dispatch/lane-state.ts';
import { updateLane } from '../lanes.ts';
import type { EndOfRound } from '../ports.ts';

/** The lane may be filled again; a marker of an earlier round, delivered late, changes nothing. */
export async function endRound(
  deps: Pick<Deps, 'lanes'>,
  { lane: id, round }: EndOfRound,
): Promise<void> {
  await updateLane(deps.lanes, id, (lane) =>
    lane === undefined || lane.round !== round || lane.roundEnded ? undefined : ended(lane),
  );
}
