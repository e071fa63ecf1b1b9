import {
  DAY,
  type Duration,
  HOUR,
  MINUTE,
  plus,
  SECOND,
  type Timestamp,
  timestampOf,
} from '../lambda/domain/time.ts';
import { UsageError } from './cli-error.ts';

const UNITS: Readonly<Record<string, Duration>> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** `90s`, `5m`, `36h`, `7d`, `2w`. @throws {UsageError} */
export function parseDuration(flag: string, text: string): Duration {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(milliseconds > 0)) {
    throw new UsageError(
      `${flag} ${JSON.stringify(text)}: expected a duration such as 5m, 36h or 7d`,
    );
  }
  return milliseconds;
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
  if (/^\d+[smhdw]$/.test(text)) {
    const at = plus(now, -parseDuration(flag, text));
    return { from: at, to: at };
  }
  const day = DAY_ONLY.test(text);
  const milliseconds = day || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds) || (day && !timestampOf(milliseconds).startsWith(text))) {
    throw new UsageError(
      `${flag} ${JSON.stringify(text)}: expected a day (2026-03-12), a time (2026-03-12T03:12:00Z) or an age (7d)`,
    );
  }
  const from = timestampOf(milliseconds);
  return { from, to: day ? plus(from, DAY - 1) : from };
}

/** `2026-03-12 03:12:05`, UTC: short enough for a table, and sorts as text. */
export function shortTime(at: Timestamp): string {
  return at.slice(0, 19).replace('T', ' ');
}
