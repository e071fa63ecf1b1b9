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
