import type { LaneId } from '../domain/watch.ts';
import type { Lane, LaneStore } from './ports.ts';

const ATTEMPTS = 8;

/**
 * Changes a lane on the condition that nobody did in between; reads again and repeats when somebody
 * did. `change` returns undefined to leave it as it is.
 */
export async function updateLane(
  lanes: LaneStore,
  id: LaneId,
  change: (lane: Lane | undefined) => Omit<Lane, 'rev'> | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lane = await lanes.read(id);
    const next = change(lane);
    if (next === undefined) return;
    if ((await writeLane(lanes, lane, next)) === 'done') return;
  }
  throw new Error(`lane ${id} was changed by others ${ATTEMPTS} times in a row`);
}

export function writeLane(
  lanes: LaneStore,
  read: Lane | undefined,
  next: Omit<Lane, 'rev'>,
): Promise<'done' | 'conflict'> {
  return lanes.write({ ...next, rev: (read?.rev ?? 0) + 1 }, read?.rev ?? 'absent');
}
