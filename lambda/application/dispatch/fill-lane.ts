import type { Timestamp } from '../../domain/time.ts';
import type { Unit } from '../../domain/watch.ts';
import type { Deps } from '../deps.ts';
import { updateLane, writeLane } from '../lanes.ts';
import type { Lane } from '../ports.ts';
import type { SelectedUnit } from '../selected-units.ts';
import { claimed, type LaneCondition, nextWindow, sent } from './lane-state.ts';
import { RoundSender } from './round-sender.ts';
import { dueUnits } from './window.ts';

export interface FillRequest {
  readonly lane: Lane;
  /** False for a lane that has no record yet. */
  readonly exists: boolean;
  readonly condition: LaneCondition;
  readonly tick: Timestamp;
  /** Units cut down to their tags that are pending. */
  readonly pending: readonly Unit[];
}

export interface Filled {
  readonly jobs: number;
  readonly pending: number;
}

type FillDeps = Pick<Deps, 'watches' | 'lanes' | 'queue' | 'log'>;

/**
 * Sends one round: claims the window, sends its units, the pending tags and the end marker, and
 * notes that it did. Whoever dies in between leaves a claim, and the next tick sends the same
 * messages again.
 */
export async function fillLane(deps: FillDeps, request: FillRequest): Promise<Filled> {
  const { lane, tick, condition, pending } = request;
  const { window, round } = nextWindow(lane, tick, condition);
  const units = dueUnits(deps.watches, lane, window, (why) =>
    deps.log.error('unit not sent', { lane: lane.id, why }),
  );
  const first = await units.next();
  // Nothing is due: the window simply grows, and an idle lane costs no write.
  const idle = condition === 'free' && lane.window === undefined && window.applies.length === 0;
  if (request.exists && idle && first.done === true && pending.length === 0)
    return { jobs: 0, pending: 0 };

  const claim = claimed(lane, window, round);
  const written = await writeLane(deps.lanes, request.exists ? lane : undefined, claim);
  if (written === 'conflict') return { jobs: 0, pending: 0 };
  const out = new RoundSender(deps, { lane: lane.id, round, tick, applies: window.applies });
  const resumeAt = await out.sendUnits(wholeFrom(first, units));
  const parts = await out.end(pending);
  await updateLane(deps.lanes, lane.id, (current) =>
    current?.round === round ? sent(current, tick, resumeAt) : undefined,
  );
  return { jobs: out.sent + parts, pending: parts };
}

/** Also what was read already. */
async function* wholeFrom(
  first: IteratorResult<Unit, unknown>,
  units: AsyncGenerator<Unit>,
): AsyncGenerator<SelectedUnit> {
  if (first.done === true) return;
  yield { unit: first.value, whole: true };
  for await (const unit of units) yield { unit, whole: true };
}
