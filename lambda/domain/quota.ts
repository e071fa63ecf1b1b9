import { type Duration, millisecondsOf, plus, type Timestamp } from './time.ts';

/**
 * How many pulls a registry says are left: a GET of a manifest costs one, a HEAD and a page of a
 * tag API cost none (Docker Hub's `ratelimit-limit` and `ratelimit-remaining`). A registry that
 * announces nothing has no quota.
 */
export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** How long until what was spent is there again. */
  readonly window: Duration;
  /** When it was said. */
  readonly at: Timestamp;
  /** Whose quota it is, as the registry says: an address or an account. */
  readonly source?: string;
}

/** What a GET is for. */
export type Need =
  /** A tag that a policy is about points somewhere else: nothing goes before it. */
  | 'move-under-policy'
  | 'move'
  /** A tag seen for the first time; it can stand on what a HEAD says until there is more quota. */
  | 'baseline'
  /** The images of an index, which only explain a change. */
  | 'explanation';

/** The share of the limit that is kept for needs that go before this one. */
const KEPT_BACK: Record<Need, number> = {
  'move-under-policy': 0,
  move: 0.1,
  baseline: 0.25,
  explanation: 0.5,
};

/** Whether a GET may be spent on that need now. */
export function mayGet(quota: Quota | undefined, need: Need, now: Timestamp): boolean {
  if (quota === undefined || renewedAt(quota) <= now) return true;
  return quota.remaining > quota.limit * KEPT_BACK[need];
}

/** When all of it is there again, at the latest. */
export function renewedAt({ at, window }: Quota): Timestamp {
  return plus(at, window);
}

/** What is said later counts; of what was said at the same time, the lesser. */
export function newerQuota(a: Quota | undefined, b: Quota | undefined): Quota | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.at === b.at) return a.remaining < b.remaining ? a : b;
  return millisecondsOf(a.at) > millisecondsOf(b.at) ? a : b;
}
