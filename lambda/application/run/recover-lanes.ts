import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';

/**
 * For a process whose queue is its own: whatever an earlier process had sent is gone with it, so
 * rounds that did not end are sent again at once and not only when their lease is over.
 */
export async function recoverLanes(deps: Pick<Deps, 'lanes' | 'clock'>): Promise<void> {
  const now = deps.clock.now();
  for (const id of await deps.lanes.lanes()) {
    await updateLane(deps.lanes, id, (lane) =>
      lane?.leaseUntil === undefined || lane.leaseUntil <= now
        ? undefined
        : { ...lane, leaseUntil: now },
    );
  }
}
