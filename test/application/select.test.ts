import { describe, expect, it } from '@jest/globals';
import { type Candidate, type Selection, selects } from '../../lambda/application/select.ts';

const candidate: Candidate = {
  tagKey: 'ghcr.io/acme/app:1.4.2',
  registry: 'ghcr.io',
  labels: ['team=payments', 'tier=1'],
  verdicts: ['verified', 'unsigned'],
  severity: 'medium',
  inconclusive: false,
};

const CASES: [Selection, boolean][] = [
  [{}, true],
  [{ patterns: ['ghcr.io/acme/app:1.4.2'] }, true],
  [{ patterns: ['ghcr.io/acme/app'] }, true],
  [{ patterns: ['ghcr.io/acme/ap'] }, false],
  [{ patterns: ['*/acme/app'] }, true],
  [{ patterns: ['*/acme/app:'] }, false],
  [{ patterns: ['ghcr.io/a??e/app'] }, true],
  [{ patterns: ['ghcr.io/*'] }, true],
  [{ patterns: ['*/app:*'] }, true],
  [{ patterns: ['*:1.4.?'] }, true],
  [{ patterns: ['*:1.4.'] }, false],
  [{ patterns: ['GHCR.io/*'] }, false],
  [{ patterns: ['quay.io/*', '*app:1*'] }, true],
  [{ patterns: ['*.*.*.*.*.*'] }, false],
  [{ labels: ['team=payments'] }, true],
  [{ labels: ['team=base', 'tier=1'] }, true],
  [{ labels: ['team=base'] }, false],
  [{ registry: 'ghcr.io' }, true],
  [{ registry: 'ghcr' }, false],
  [{ verdict: 'unsigned' }, true],
  [{ verdict: 'rejected' }, false],
  [{ minSeverity: 'low' }, true],
  [{ minSeverity: 'medium' }, true],
  [{ minSeverity: 'high' }, false],
  [{ inconclusive: true }, false],
  [{ patterns: ['ghcr.io/*'], labels: ['team=base'] }, false],
];

describe('when a tag is selected', () => {
  it.each(CASES)('by %j: %s', (selection, expected) => {
    expect(selects(selection)(candidate)).toBe(expected);
  });

  it('does not match what it does not have', () => {
    const bare: Candidate = { tagKey: 'ghcr.io/acme/app:1' };
    for (const selection of [
      { labels: ['team=a'] },
      { registry: 'ghcr.io' },
      { verdict: 'verified' },
      { minSeverity: 'info' },
      { inconclusive: true },
    ] as const) {
      expect(selects(selection)(bare)).toBe(false);
    }
  });

  it('takes no longer for a pattern that was made to take long', () => {
    const hostile = selects({ patterns: [`${'*a'.repeat(200)}b`] });
    expect(hostile({ tagKey: 'a'.repeat(5_000) })).toBe(false);
  });
});
