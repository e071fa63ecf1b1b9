import { METRIC } from '../../contract/metrics.ts';
import { FUNCTION_MEMORY } from '../../contract/sizing.ts';
import { DAYS, MINUTES_PER_DAY } from './checks.ts';
import { type CostLine, line } from './lines.ts';

/** What a deployed stack has, whatever it watches; a test compares it with the stack itself. */
export const STACK = { alarms: 20, dashboards: 1, secrets: 1, ticks: 2, daily: 1 } as const;

/** Some metrics are there once more for each of a few reasons, lanes and registries. */
const METRICS_BY_DIMENSION = 6;
/** Per tick: the names of the lanes, twice; what is pending, and the outbox, over 8 shards each, twice for its age. */
const READS_PER_TICK = 2 + 4 + 4 + 4;
/** Per tick and lane: itself, twice; and what is due, by each of its intervals. */
const READS_PER_LANE = 2;
/** Seconds. */
const TICK = { dispatch: 0.2, deliver: 0.1, perLane: 0.01 };
/** An idle event source keeps five long polls of 20 seconds open. */
const POLLS_PER_MINUTE = 5 * 3;
const LOG_BYTES_PER_TICK = 3_000;
const GB = 1024 ** 3;

/** @param intervals of each lane, how many */
export function fixedLines(intervals: readonly number[]): CostLine[] {
  const minutes = DAYS * MINUTES_PER_DAY;
  const ofLanes = intervals.reduce((sum, count) => sum + READS_PER_LANE + count, 0);
  const dispatch = TICK.dispatch + intervals.length * TICK.perLane;
  const gigabyteSeconds =
    (minutes * (dispatch * FUNCTION_MEMORY.dispatch + TICK.deliver * FUNCTION_MEMORY.deliver)) /
    1024;
  const metrics = Object.keys(METRIC).length + METRICS_BY_DIMENSION;
  const ticks = minutes * STACK.ticks + DAYS * STACK.daily;
  return [
    line('fixed', 'alarms', STACK.alarms, 'alarm'),
    line('fixed', 'dashboard', STACK.dashboards, 'dashboard'),
    line('fixed', 'metrics', metrics, 'metric'),
    line('fixed', 'credentials', STACK.secrets, 'secret'),
    line('fixed', 'ticks', ticks, 'schedule'),
    line('fixed', 'ticks: invocations', ticks, 'invocation'),
    line('fixed', 'ticks: dispatch and deliver', gigabyteSeconds, 'gigabyteSecond'),
    line('fixed', 'ticks: reads', minutes * (READS_PER_TICK + ofLanes), 'readUnit'),
    line('fixed', 'ticks: logs', (minutes * LOG_BYTES_PER_TICK) / GB, 'logs'),
    line('fixed', 'waiting for messages', minutes * POLLS_PER_MINUTE, 'queueRequest'),
  ];
}
