import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { tickOf } from '../tick.ts';

/**
 * For a process whose queue is its own: whatever an earlier process had sent is gone with it, so
 * rounds that did not end are sent again at once and not only when their lease is over. They reach to
 * now: while no process was there, nobody was behind.
 */
export async function recoverLanes(deps: Pick<Deps, 'lanes' | 'clock'>): Promise<void> {
  const now = deps.clock.now();
  for (const id of await deps.lanes.lanes()) {
    await updateLane(deps.lanes, id, (lane) => {
      if (lane?.leaseUntil === undefined || lane.window === undefined) return undefined;
      return { ...lane, leaseUntil: now, window: { ...lane.window, to: tickOf(now) } };
    });
  }
}
