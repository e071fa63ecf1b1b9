import { MINUTE, millisecondsOf, type Timestamp, timestampOf } from '../domain/time.ts';

/** The clock floored to the minute: the time of everything that one dispatch sends. */
export function tickOf(now: Timestamp): Timestamp {
  return timestampOf(Math.floor(millisecondsOf(now) / MINUTE) * MINUTE);
}
