import { describe, expect, it } from '@jest/globals';
import { mayGet, type Need, newerQuota, type Quota } from '../../lambda/domain/quota.ts';
import { HOUR, plus, type Timestamp } from '../../lambda/domain/time.ts';

const AT: Timestamp = '2026-03-19T03:00:00.000Z';
const left = (remaining: number, at = AT): Quota => ({
  remaining,
  limit: 100,
  window: 6 * HOUR,
  at,
});

describe('what pulls are spent on', () => {
  it.each<[number, readonly Need[]]>([
    [0, []],
    [1, ['move-under-policy']],
    [10, ['move-under-policy']],
    [11, ['move-under-policy', 'move']],
    [26, ['move-under-policy', 'move', 'baseline']],
    [51, ['move-under-policy', 'move', 'baseline', 'explanation']],
  ])('with %i of 100 left: %j', (remaining, allowed) => {
    const needs: readonly Need[] = ['move-under-policy', 'move', 'baseline', 'explanation'];
    expect(needs.filter((need) => mayGet(left(remaining), need, AT))).toEqual(allowed);
  });

  it('is not counted where nothing was announced', () => {
    expect(mayGet(undefined, 'explanation', AT)).toBe(true);
  });

  it('is free again when the window is over', () => {
    expect(mayGet(left(0), 'explanation', plus(AT, 6 * HOUR - 1))).toBe(false);
    expect(mayGet(left(0), 'explanation', plus(AT, 6 * HOUR))).toBe(true);
  });
});

describe('two words about one quota', () => {
  it('the later one counts, and of two at once the lesser', () => {
    const later = left(90, plus(AT, 1));
    expect(newerQuota(left(5), later)).toBe(later);
    expect(newerQuota(later, left(5))).toBe(later);
    expect(newerQuota(left(5), left(6))).toEqual(left(5));
    expect(newerQuota(left(6), left(5))).toEqual(left(5));
    expect(newerQuota(undefined, left(5))).toEqual(left(5));
    expect(newerQuota(left(5), undefined)).toEqual(left(5));
  });
});
