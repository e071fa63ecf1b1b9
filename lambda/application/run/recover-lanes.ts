import { messageOf } from '../../domain/errors.ts';
import type { LaneId } from '../../domain/watch.ts';
import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import { tickOf } from '../tick.ts';

type RecoverDeps = Pick<Deps, 'lanes' | 'clock' | 'log'>;

/**
 * For a process whose queue is its own: whatever an earlier process had sent is gone with it, so
 * rounds that did not end are sent again at once and not only when their lease is over. They reach to
 * now: while no process was there, nobody was behind.
 */
export async function recoverLanes(deps: RecoverDeps): Promise<void> {
  for (const id of await deps.lanes.lanes()) {
    try {
      await recover(deps, id);
    } catch (thrown) {
      deps.log.error('lane not recovered', { lane: id, why: messageOf(thrown) });
    }
  }
}

async function recover({ lanes, clock }: RecoverDeps, id: LaneId): Promise<void> {
  const now = clock.now();
  await updateLane(lanes, id, (lane) => {
    if (lane?.leaseUntil === undefined || lane.window === undefined) return undefined;
    return { ...lane, leaseUntil: now, window: { ...lane.window, to: tickOf(now) } };
  });
}
