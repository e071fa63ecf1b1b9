import type { Duration } from '../../domain/time.ts';

const LEAST: Duration = 100;
/** A registry cannot silence us for longer than a day. */
const MOST: Duration = 24 * 60 * 60 * 1000;

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const IN_BODY = /retry-after:\s{0,9}((?:\d{1,15}(?:\.\d{1,15})?(?:h|ms|m|s|us|µs|μs|ns)){1,6})/i;
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|μs|ns)/g;

/**
 * How long to wait, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or
 * what GHCR says in the body (`toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute`).
 */
export function parseRetryAfter(
  header: string | string[] | undefined,
  body: string,
  now: number,
): Duration | undefined {
  const wait = fromHeader(Array.isArray(header) ? header[0] : header, now) ?? fromBody(body);
  return wait === undefined ? undefined : Math.ceil(Math.min(MOST, Math.max(LEAST, wait)));
}

function fromHeader(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]+, ?\d/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now;
}

function fromBody(body: string): number | undefined {
  const duration = IN_BODY.exec(body.slice(0, 4096))?.[1];
  if (duration === undefined) return undefined;
  const parts = [...duration.matchAll(PART)];
  return parts.reduce((sum, [, n = '0', unit = 's']) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
}
