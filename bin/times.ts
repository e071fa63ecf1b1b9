import { parseAge, parseSpan as parseMoment, SPAN_FORMS } from '../lambda/domain/moment.ts';
import type { Duration, Timestamp } from '../lambda/domain/time.ts';
import { UsageError } from './cli-error.ts';

/** `90s`, `5m`, `36h`, `7d`, `2w`. @throws {UsageError} */
export function parseDuration(flag: string, text: string): Duration {
  const age = parseAge(text);
  if (age !== undefined) return age;
  throw new UsageError(
    `${flag} ${JSON.stringify(text)}: expected a duration such as 5m, 36h or 7d`,
  );
}

/** An age before `now`, or a UTC time. @throws {UsageError} */
export function parseSince(flag: string, text: string, now: Timestamp): Timestamp {
  return parseSpan(flag, text, now).from;
}

/**
 * What a person means by a time: an instant (`from` equals `to`), or with a bare day all of it.
 *
 * @throws {UsageError}
 */
export function parseSpan(
  flag: string,
  text: string,
  now: Timestamp,
): { readonly from: Timestamp; readonly to: Timestamp } {
  const span = parseMoment(text, now);
  if (span !== undefined) return span;
  throw new UsageError(`${flag} ${JSON.stringify(text)}: expected ${SPAN_FORMS}`);
}

/** `2026-03-12 03:12:05`, UTC: short enough for a table, and sorts as text. */
export function shortTime(at: Timestamp): string {
  return at.slice(0, 19).replace('T', ' ');
}
