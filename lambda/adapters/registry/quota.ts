import type { IncomingHttpHeaders } from 'node:http';
import type { Quota } from '../../domain/quota.ts';
import { DAY, type Duration, HOUR, SECOND, timestampOf } from '../../domain/time.ts';

/** `76;w=21600` */
const VALUE = /^(\d{1,9})(?:\s{0,4};\s{0,4}w=(\d{1,7}))?$/;
/** Docker Hub's own, where it does not say. */
const USUAL_WINDOW: Duration = 6 * HOUR;
/** Attack: a registry that gives us no pulls for a year. */
const LONGEST_WINDOW: Duration = DAY;
const PULL_LIMIT = /pull rate limit/i;

/**
 * What `ratelimit-limit` and `ratelimit-remaining` say (Docker Hub; absent means unlimited).
 *
 * @param now milliseconds since the epoch
 */
export function readQuota(headers: IncomingHttpHeaders, now: number): Quota | undefined {
  const remaining = VALUE.exec(textOf(headers['ratelimit-remaining']));
  if (remaining === null) return undefined;
  const limit = VALUE.exec(textOf(headers['ratelimit-limit']));
  const window = Number(remaining[2] ?? limit?.[2] ?? USUAL_WINDOW / SECOND) * SECOND;
  const left = Number(remaining[1]);
  const source = textOf(headers['docker-ratelimit-source']);
  return {
    remaining: left,
    limit: Math.max(left, Number(limit?.[1] ?? left)),
    window: Math.min(LONGEST_WINDOW, Math.max(SECOND, window)),
    at: timestampOf(now),
    ...(/^[\w.:-]{1,64}$/.test(source) && { source }),
  };
}

/** A 429 that is about pulls and not about speed: asking again only makes it worse. */
export function isUsedUp(headers: IncomingHttpHeaders, body: string): boolean {
  return VALUE.exec(textOf(headers['ratelimit-remaining']))?.[1] === '0' || PULL_LIMIT.test(body);
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}
