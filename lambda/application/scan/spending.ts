import { NO_POLICY } from '../../domain/policy.ts';
import { mayGet, type Need, type Quota, renewedAt } from '../../domain/quota.ts';
import type { TagState } from '../../domain/state.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Standing } from '../ports.ts';
import type { Target } from './targets.ts';

/** What the bytes of a tag's manifest are wanted for. */
export function needOf({ terms }: Target, state: TagState | undefined): Need {
  if (state?.digest === undefined || !state.proven) return 'baseline';
  return terms.some(({ policy }) => policy !== NO_POLICY) ? 'move-under-policy' : 'move';
}

/** Why the bytes are not asked for now; undefined when they may be. */
export function heldBack(quota: Quota | undefined, need: Need, now: Timestamp): string | undefined {
  if (quota === undefined || mayGet(quota, need, now)) return undefined;
  const { remaining, limit } = quota;
  return `${remaining} of ${limit} pulls are left until ${renewedAt(quota)}, and kept for what is more urgent`;
}

/** Part of the limit that has to be spent before it is worth a write. */
const STEP = 0.1;

/** Whether other jobs should know: a write for every pull would cost more than it tells. */
export function isNews(before: Standing | undefined, now: Standing | undefined): boolean {
  return isQuotaNews(before?.quota, now?.quota) || isRateNews(before?.rate, now?.rate);
}

function isQuotaNews(before: Quota | undefined, now: Quota | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  const changed = Math.abs(before.remaining - now.remaining);
  const isEmpty = (now.remaining === 0) !== (before.remaining === 0);
  return isEmpty || before.limit !== now.limit || changed >= Math.max(1, now.limit * STEP);
}

function isRateNews(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  return Math.abs(before - now) >= before * STEP;
}
