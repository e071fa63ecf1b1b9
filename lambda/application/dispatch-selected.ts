import type { LaneAnswer, ScanAnswer } from '../contract/dispatch-request.ts';
import { messageOf } from '../domain/errors.ts';
import type { Timestamp } from '../domain/time.ts';
import { forEachConcurrent } from './concurrency.ts';
import type { Deps } from './deps.ts';
import { claimedOnRequest, conditionOf, newLane, sentOnRequest } from './dispatch/lane-state.ts';
import { pendingByLane } from './dispatch/pending.ts';
import { RoundSender } from './dispatch/round-sender.ts';
import { dueUnits } from './dispatch/window.ts';
import { updateLane, writeLane } from './lanes.ts';
import type { Lane } from './ports.ts';
import type { Selection } from './select.ts';
import { type SelectedUnit, selectedUnits } from './selected-units.ts';
import { tickOf } from './tick.ts';
import { NO_TOTALS } from './totals.ts';
import { lanesIn, unitsOfLane } from './units-of-lane.ts';

export type SelectedDeps = Pick<
  Deps,
  'watches' | 'lanes' | 'states' | 'runs' | 'queue' | 'log' | 'clock'
>;

export interface SelectedRequest {
  readonly selection: Selection;
  /** Only these, each behind where an earlier answer ended. @default all that the selection is about */
  readonly lanes?: readonly { readonly lane: string; readonly resumeAt?: string }[];
}

const LANES_AT_ONCE = 8;

/**
 * Sends the selected tags now, whatever their slots, in a round of its own for every lane that is
 * free. A lane never has two rounds at once, and after a round that somebody asked for what is due
 * goes first: whoever asks again and again slows the schedule down by half at most, and takes
 * nothing out of it.
 */
export async function dispatchSelected(
  deps: SelectedDeps,
  { selection, lanes }: SelectedRequest,
  until: Timestamp,
): Promise<ScanAnswer> {
  const now = deps.clock.now();
  const known = await deps.lanes.lanes();
  const wanted =
    lanes?.filter(({ lane }) => known.includes(lane)) ??
    lanesIn(known, selection).map((lane) => ({ lane }));
  const answers: LaneAnswer[] = [];
  await forEachConcurrent(wanted, LANES_AT_ONCE, async (request) => {
    const answer = await answerOf(deps, { ...request, selection, now, until });
    if (answer !== undefined) answers.push(answer);
  });
  const jobs = answers.reduce((sum, answer) => sum + answer.jobs, 0);
  if (jobs > 0) {
    await deps.runs.putRun({
      v: 1,
      tick: now,
      jobs,
      receipts: 0,
      startedAt: now,
      totals: NO_TOTALS,
    });
  }
  return { v: 1, ok: true, kind: 'scan', ...(jobs > 0 && { tick: now }), jobs, lanes: answers };
}

interface InLane {
  readonly lane: string;
  readonly resumeAt?: string;
  readonly selection: Selection;
  readonly now: Timestamp;
  readonly until: Timestamp;
}

/** What goes wrong with one lane is its own trouble. */
async function answerOf(deps: SelectedDeps, request: InLane): Promise<LaneAnswer | undefined> {
  const { lane } = request;
  try {
    return await fill(deps, request);
  } catch (thrown) {
    deps.log.error('selection not sent', { lane, why: messageOf(thrown) });
    return { lane, state: 'failed', jobs: 0 };
  }
}

async function fill(deps: SelectedDeps, request: InLane): Promise<LaneAnswer | undefined> {
  const { lane: id, selection, resumeAt: after, now, until } = request;
  const unreadable = (why: string) => deps.log.error('unit not sent', { lane: id, why });
  const options = { unreadable, ...(after !== undefined && { after }) };
  const units = selectedUnits(deps, unitsOfLane(deps.watches, id, selection, options), selection);
  const first = await units.next();
  if (first.done === true) return undefined;
  const read = await deps.lanes.read(id);
  const lane = read ?? newLane(id, tickOf(now));
  const refused = await refusalOf(deps, lane, now);
  if (refused !== undefined) return { lane: id, jobs: 0, ...refused };
  const claim = claimedOnRequest(lane, now);
  if ((await writeLane(deps.lanes, read, claim)) === 'conflict') {
    return { lane: id, jobs: 0, ...BUSY };
  }
  const { round } = claim;
  const out = new RoundSender(deps, { lane: id, round, tick: now, applies: [] });
  const resumeAt = await out.sendUnits(from(first.value, units), () => deps.clock.now() < until);
  await out.end([]);
  await updateLane(deps.lanes, id, (current) =>
    current?.round === round ? sentOnRequest(current, now) : undefined,
  );
  return { lane: id, state: 'sent', jobs: out.sent, ...(resumeAt !== undefined && { resumeAt }) };
}

const BUSY = { state: 'busy' } as const;

/** Why a lane takes no round on request now; one that lost its round is for the next tick. */
async function refusalOf(
  deps: SelectedDeps,
  lane: Lane,
  now: Timestamp,
): Promise<Pick<LaneAnswer, 'state' | 'until'> | undefined> {
  const { notBefore } = lane;
  const condition = conditionOf(lane, now);
  if (condition === 'throttled') {
    return { state: 'throttled', ...(notBefore !== undefined && { until: notBefore }) };
  }
  if (condition !== 'free') return BUSY;
  return lane.asked !== undefined && (await isAnythingDue(deps, lane, now)) ? BUSY : undefined;
}

async function isAnythingDue(deps: SelectedDeps, lane: Lane, now: Timestamp): Promise<boolean> {
  if (lane.window !== undefined || lane.fresh?.some(({ sent }) => !sent) === true) return true;
  const window = { from: lane.through, to: tickOf(now), applies: [], sent: false };
  for await (const _unit of dueUnits(deps.watches, lane, window, () => {})) return true;
  const pending = await pendingByLane(deps, new Set([lane.id]), now);
  return pending.has(lane.id);
}

async function* from(
  first: SelectedUnit,
  units: AsyncGenerator<SelectedUnit>,
): AsyncGenerator<SelectedUnit> {
  yield first;
  yield* units;
}
