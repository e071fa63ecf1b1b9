import { describe, expect, it } from '@jest/globals';
import { admits, filterPolicyOf, filterText } from '../../../lambda/domain/alert/subscription.ts';
import { EVENT_KINDS } from '../../../lambda/domain/event.ts';

describe('a filter as a policy of SNS', () => {
  it('lists every severity from the least one up', () => {
    expect(filterPolicyOf({ minSeverity: 'high' })).toEqual({
      ok: true,
      policy: { severity: ['high', 'critical'] },
    });
  });

  it('means any of the values of a key, and all of the keys', () => {
    const filter = {
      minSeverity: 'critical',
      kinds: ['tag.moved', 'tag.missing'],
      registries: ['ghcr.io'],
      labels: ['team=a', 'team=b', 'team=a'],
    } as const;
    expect(filterPolicyOf(filter)).toEqual({
      ok: true,
      policy: {
        severity: ['critical'],
        kind: ['tag.moved', 'tag.missing'],
        registry: ['ghcr.io'],
        labels: ['team=a', 'team=b'],
      },
    });
  });

  it('is no policy where nothing is asked for', () => {
    expect(filterPolicyOf({})).toEqual({ ok: true });
    expect(filterPolicyOf({ kinds: [], labels: [] })).toEqual({ ok: true });
  });

  it('is refused beyond the combinations that SNS takes', () => {
    const labels = Array.from({ length: 30 }, (_, n) => `team=t${n}`);
    expect(filterPolicyOf({ minSeverity: 'info', labels }).ok).toBe(true);
    const more = { minSeverity: 'info', labels: [...labels, 'team=more'] } as const;
    expect(filterPolicyOf(more)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('155 combinations of values, SNS takes 150'),
    });
    expect(filterPolicyOf({ kinds: EVENT_KINDS, labels: labels.slice(0, 7) }).ok).toBe(false);
  });

  it('is refused where its label would never match', () => {
    const problem = expect.stringContaining('quotes or backslashes');
    expect(filterPolicyOf({ labels: ['say="hi"'] })).toMatchObject({ ok: false, problem });
    expect(filterPolicyOf({ labels: ['path=a\\b'] })).toMatchObject({ ok: false, problem });
  });
});

describe('what a policy admits', () => {
  const attributes = { kind: 'tag.moved', severity: 'high', labels: ['team=a', 'tier=1'] };

  it.each([
    [{}, true],
    [{ severity: ['high', 'critical'] }, true],
    [{ severity: ['critical'] }, false],
    [{ labels: ['tier=1', 'tier=2'] }, true],
    [{ labels: ['tier=2'] }, false],
    [{ severity: ['high'], labels: ['team=b'] }, false],
    [{ registry: ['ghcr.io'] }, false],
    [{ severity: ['high'], kind: [{ prefix: 'tag.' }] }, undefined],
    [{ severity: ['low'], kind: [{ prefix: 'tag.' }] }, false],
  ])('%j: %s', (policy, expected) => {
    expect(admits(policy, attributes)).toBe(expected);
  });
});

describe('a policy in words', () => {
  it.each([
    [undefined, 'everything'],
    [{ severity: ['critical', 'high'] }, 'min-severity high'],
    [{ severity: ['low', 'high'] }, 'severity low or high'],
    [{ kind: ['tag.moved'], labels: ['a=b', 'c=d'] }, 'kind tag.moved, labels a=b or c=d'],
    [{ kind: [{ prefix: 'tag.' }] }, 'kind [{"prefix":"tag."}]'],
  ])('%j: %s', (policy, words) => {
    expect(filterText(policy)).toBe(words);
  });
});
