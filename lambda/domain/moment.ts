import {
  DAY,
  type Duration,
  HOUR,
  MINUTE,
  plus,
  SECOND,
  type Timestamp,
  timestampOf,
} from './time.ts';

/** Times as people write them. */

const UNITS: Readonly<Record<string, Duration>> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What {@link parseSpan} takes, for a message. */
export const SPAN_FORMS = 'a day (2026-03-12), a time (2026-03-12T03:12:00Z) or an age (7d)';

/** `90s`, `5m`, `36h`, `7d`, `2w`; undefined for anything else, and for nothing. */
export function parseAge(text: string): Duration | undefined {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  return milliseconds > 0 ? milliseconds : undefined;
}

/** What a person means by a time: an instant (`from` equals `to`), or with a bare day all of it. */
export function parseSpan(
  text: string,
  now: Timestamp,
): { readonly from: Timestamp; readonly to: Timestamp } | undefined {
  const age = parseAge(text);
  if (age !== undefined) return { from: plus(now, -age), to: plus(now, -age) };
  const day = DAY_ONLY.test(text);
  const milliseconds = day || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds) || (day && !timestampOf(milliseconds).startsWith(text))) {
    return undefined;
  }
  const from = timestampOf(milliseconds);
  return { from, to: day ? plus(from, DAY - 1) : from };
}
