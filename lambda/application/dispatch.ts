import { messageOf } from '../domain/errors.ts';
import type { TagState } from '../domain/state.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { LaneId } from '../domain/watch.ts';
import { forEachConcurrent } from './concurrency.ts';
import type { Deps } from './deps.ts';
import { finishBaselines } from './dispatch/baseline.ts';
import { lagOf, watchLag } from './dispatch/behind.ts';
import { fillLane } from './dispatch/fill-lane.ts';
import { watchIncident } from './dispatch/incident.ts';
import { conditionOf, isStalled, newLane } from './dispatch/lane-state.ts';
import { pendingByLane, unitsOfPending } from './dispatch/pending.ts';
import type { Lane } from './ports.ts';
import { tickOf } from './tick.ts';
import { NO_TOTALS } from './totals.ts';

export interface DispatchReport {
  readonly tick: Timestamp;
  readonly jobs: number;
  /** Of these, jobs for tags that are pending. */
  readonly pending: number;
  /** Lanes whose round is still under way. */
  readonly busy: readonly LaneId[];
  /** Lanes whose registry asked for silence. */
  readonly throttled: readonly LaneId[];
  /** How far each lane is behind, as it is after this tick; 0 for one that nothing keeps. */
  readonly lags: ReadonlyMap<LaneId, Duration>;
  /** Lanes that could not be read, filled or looked after. */
  readonly failed: ReadonlySet<LaneId>;
  /** Lanes whose round nobody has worked for a while. */
  readonly stalled: readonly LaneId[];
}

export type DispatchDeps = Pick<
  Deps,
  'watches' | 'lanes' | 'states' | 'events' | 'runs' | 'queue' | 'ids' | 'log' | 'onCommit'
>;

const LANES_AT_ONCE = 8;

/**
 * Fills every lane that is free with what is due and what is pending, and ends baselines. One lane
 * that cannot be filled never keeps the others from it.
 */
export async function dispatch(deps: DispatchDeps, now: Timestamp): Promise<DispatchReport> {
  const tick = tickOf(now);
  const failed = new Set<LaneId>();
  const lanes = await readLanes(deps, tick, failed);
  const blocked = (lane: Lane) => ['busy', 'throttled'].includes(conditionOf(lane, now));
  const open = lanes.filter(({ lane }) => !blocked(lane)).map(({ lane }) => lane.id);
  const pending = await pendingByLane(deps, new Set(open), now);
  const report = { tick, jobs: 0, pending: 0, busy: [] as LaneId[], throttled: [] as LaneId[] };

  await forEachConcurrent(lanes, LANES_AT_ONCE, async ({ lane, exists }) => {
    const condition = conditionOf(lane, now);
    if (condition === 'busy' || condition === 'throttled') {
      report[condition].push(lane.id);
    } else {
      const request = { lane, exists, condition, tick };
      const sent = await tryFill(deps, request, pending.get(lane.id) ?? [], failed);
      report.jobs += sent.jobs;
      report.pending += sent.pending;
    }
  });
  if (report.jobs > 0) await startRun(deps, tick, report.jobs, now);
  return { ...report, failed, ...(await lookAfter(deps, now, failed)) };
}

async function readLanes(
  deps: DispatchDeps,
  tick: Timestamp,
  failed: Set<LaneId>,
): Promise<readonly { readonly lane: Lane; readonly exists: boolean }[]> {
  const lanes: { lane: Lane; exists: boolean }[] = [];
  await forEachConcurrent(await deps.lanes.lanes(), LANES_AT_ONCE, async (id) => {
    await alone(deps, id, failed, async () => {
      const lane = await deps.lanes.read(id);
      lanes.push({ lane: lane ?? newLane(id, tick), exists: lane !== undefined });
    });
  });
  return lanes;
}

/** What goes wrong with one lane is its own trouble. */
async function alone(
  deps: DispatchDeps,
  lane: LaneId,
  failed: Set<LaneId>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    deps.log.error('lane not looked after', { lane, why: messageOf(thrown) });
    failed.add(lane);
  }
}

async function tryFill(
  deps: DispatchDeps,
  request: Omit<Parameters<typeof fillLane>[1], 'pending'>,
  states: readonly TagState[],
  failed: Set<LaneId>,
): Promise<{ readonly jobs: number; readonly pending: number }> {
  try {
    const pending = await unitsOfPending(deps, request.lane, states);
    return await fillLane(deps, { ...request, pending });
  } catch (thrown) {
    deps.log.error('lane not filled', { lane: request.lane.id, why: messageOf(thrown) });
    failed.add(request.lane.id);
    return { jobs: 0, pending: 0 };
  }
}

async function startRun(
  deps: DispatchDeps,
  tick: Timestamp,
  jobs: number,
  now: Timestamp,
): Promise<void> {
  await deps.runs.putRun({ v: 1, tick, jobs, receipts: 0, startedAt: now, totals: NO_TOTALS });
}

/** Lags and baselines, from the lanes as they are after this tick. */
async function lookAfter(
  deps: DispatchDeps,
  now: Timestamp,
  failed: Set<LaneId>,
): Promise<Pick<DispatchReport, 'lags' | 'stalled'>> {
  const lanes: Lane[] = [];
  const lags = new Map<LaneId, Duration>();
  for (const id of await deps.lanes.lanes()) {
    await alone(deps, id, failed, async () => {
      const lane = await deps.lanes.read(id);
      if (lane === undefined) return;
      lanes.push(lane);
      const blocked = conditionOf(lane, now) !== 'free';
      lags.set(id, lagOf(lane, blocked, now));
      await watchLag(deps, lane, blocked, now);
      await watchIncident(deps, lane, now);
    });
  }
  await finishBaselines(deps, lanes, now);
  const stalled = lanes.filter((lane) => isStalled(lane, now)).map(({ id }) => id);
  return { lags, stalled };
}
