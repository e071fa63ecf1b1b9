/** A UTC instant, always `YYYY-MM-DDTHH:mm:ss.sssZ`, so that text order is time order. */
export type Timestamp = string;

/** Milliseconds. */
export type Duration = number;

export const SECOND: Duration = 1_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;

export function timestampOf(epochMilliseconds: number): Timestamp {
  return new Date(epochMilliseconds).toISOString();
}

export function millisecondsOf(at: Timestamp): number {
  return Date.parse(at);
}

export function plus(at: Timestamp, duration: Duration): Timestamp {
  return timestampOf(millisecondsOf(at) + duration);
}

/** Milliseconds from `earlier` to `later`; negative when they are the other way round. */
export function between(earlier: Timestamp, later: Timestamp): Duration {
  return millisecondsOf(later) - millisecondsOf(earlier);
}

export function laterOf(a: Timestamp, b: Timestamp): Timestamp {
  return a > b ? a : b;
}

/** `3m`, `5h`, `12d`: how long ago, in one unit. */
export function ageOf(at: Timestamp, now: Timestamp): string {
  const age = Math.max(0, millisecondsOf(now) - millisecondsOf(at));
  if (age < MINUTE) return `${Math.floor(age / SECOND)}s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)}h`;
  return `${Math.floor(age / DAY)}d`;
}
