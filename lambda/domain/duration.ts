import { DAY, type Duration, HOUR, MINUTE, SECOND } from './time.ts';
import { INTERVALS, type Interval } from './watch.ts';

const UNITS: Readonly<Record<string, Duration>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `90s`, `15m`, `36h`, `7d`; undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const length = UNITS[unit];
  return count === undefined || length === undefined ? undefined : Number(count) * length;
}

/** The interval that a text such as `5m`, `1h` or `24h` names; undefined when it is none of the fixed ones. */
export function parseInterval(text: string): Interval | undefined {
  return INTERVALS.find((interval) => formatInterval(interval) === text);
}

/** `5m`, `1h`: how an interval is written. */
export function formatInterval(interval: Interval): string {
  return interval % 60 === 0 ? `${interval / 60}h` : `${interval}m`;
}
