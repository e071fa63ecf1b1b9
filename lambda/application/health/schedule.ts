import { ageOf, type Duration, HOUR, MINUTE, plus, type Timestamp } from '../../domain/time.ts';
import { lagOf } from '../dispatch/behind.ts';
import { conditionOf, isStalled } from '../dispatch/lane-state.ts';
import { dueUnits } from '../dispatch/window.ts';
import type { HealthCheck, HealthDeps } from '../health.ts';
import type { Lane } from '../ports.ts';

/** What is due waits for the next tick, and for its dispatcher: longer, and nobody ticks. */
const TICKS: Duration = 3 * MINUTE;
/** Runs are looked for this far back: the longest interval and a little more. */
const RUNS: Duration = 36 * HOUR;

/** Whether what is due is sent, and whether what was sent is worked. */
export async function checkSchedule(deps: HealthDeps, now: Timestamp): Promise<HealthCheck[]> {
  const lanes: Lane[] = [];
  for (const id of await deps.lanes.lanes()) {
    const lane = await deps.lanes.read(id);
    if (lane !== undefined) lanes.push(lane);
  }
  return [await ticking(deps, lanes, now), lagging(lanes, now)];
}

async function ticking(
  deps: HealthDeps,
  lanes: readonly Lane[],
  now: Timestamp,
): Promise<HealthCheck> {
  const check = 'schedule';
  const last = await lastRun(deps, now);
  const ran = last === undefined ? 'no run was found' : `last run ${ageOf(last, now)} ago`;
  if (lanes.length === 0) return { check, ok: true, detail: 'nothing is watched' };
  for (const lane of lanes) {
    if (await isOverdue(deps, lane, now)) {
      const detail = `${ran}; what is due at ${lane.id} is not sent: nobody ticks`;
      return { check, ok: false, detail };
    }
  }
  return { check, ok: true, detail: ran };
}

async function lastRun({ runs }: HealthDeps, now: Timestamp): Promise<Timestamp | undefined> {
  for await (const { tick } of runs.runs(plus(now, -RUNS))) return tick;
  return undefined;
}

/** A lane that a round or a silence keeps is late for that reason, and no sign of a missing tick. */
async function isOverdue({ watches }: HealthDeps, lane: Lane, now: Timestamp): Promise<boolean> {
  const condition = conditionOf(lane, now);
  if (condition === 'busy' || condition === 'throttled') return false;
  const by = plus(now, -TICKS);
  if (lane.fresh?.some(({ sent, at }) => !sent && at < by) === true) return true;
  const window = { from: lane.through, to: by, applies: [], sent: false };
  for await (const _unit of dueUnits(watches, lane, window, () => {})) return true;
  return false;
}

function lagging(lanes: readonly Lane[], now: Timestamp): HealthCheck {
  const check = 'lag';
  const lags = lanes.map((lane) => ({
    lane,
    lag: lagOf(lane, conditionOf(lane, now) !== 'free', now),
  }));
  const late = lags.filter(
    ({ lane, lag }) => lane.behind !== undefined || isStalled(lane, now) || lag > allowed(lane),
  );
  const longest = lags.reduce((most, { lag }) => Math.max(most, lag), 0);
  if (late.length === 0) return { check, ok: true, detail: `at most ${minutes(longest)}` };
  const told = late.map(({ lane, lag }) => `${lane.id} ${minutes(lag)}`).join(', ');
  return { check, ok: false, detail: `behind: ${told}` };
}

function allowed({ intervals }: Lane): Duration {
  return Math.max(3 * Math.min(...intervals) * MINUTE, HOUR);
}

function minutes(duration: Duration): string {
  return `${Math.floor(duration / MINUTE)} min`;
}
