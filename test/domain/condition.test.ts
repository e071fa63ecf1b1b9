import { describe, expect, it } from '@jest/globals';
import { describeCondition, meets } from '../../lambda/domain/condition.ts';
import type { Condition } from '../../lambda/domain/policy.ts';

const TAG = { matches: 'refs/tags/v.+' };

describe('a condition on a value of a statement', () => {
  it.each<[Condition, unknown]>([
    ['a', 'a'],
    [3, 3],
    [true, true],
    [TAG, 'refs/tags/v1'],
    [{ matches: 'a|b' }, 'b'],
    [{ matches: '^a$' }, 'a'],
  ])('%j is met by %j', (condition, found) => {
    expect(meets(condition, found)).toBe(true);
  });

  it.each<[Condition, unknown]>([
    ['a', undefined],
    ['a', 'A'],
    ['a', 'ab'],
    ['a', ['a']],
    ['3', 3],
    [3, '3'],
    [true, 'true'],
    [TAG, undefined],
    [TAG, null],
    [TAG, ['refs/tags/v1']],
    [TAG, { toString: () => 'refs/tags/v1' }],
    // Attack: a ref that only contains, or only starts as, what is wanted.
    [TAG, 'refs/heads/evil/refs/tags/v1'],
    [TAG, 'refs/tags/v1\nrefs/heads/evil'],
    [{ matches: 'a|b' }, 'bc'],
    [{ matches: '3' }, 3],
    [{ matches: 'a+' }, 'a'.repeat(10_001)],
  ])('%j is not met by %j', (condition, found) => {
    expect(meets(condition, found)).toBe(false);
  });

  it('takes a text as long as any name', () => {
    expect(meets({ matches: 'a+' }, 'a'.repeat(10_000))).toBe(true);
  });

  it('is described in full', () => {
    expect(describeCondition('a"b')).toBe('"a\\"b"');
    expect(describeCondition(TAG)).toBe('a text that refs/tags/v.+ matches as a whole');
  });
});
