import { describe, expect, it } from '@jest/globals';
import { durationText, verdictClause } from '../../../lambda/domain/drift/wording.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lambda/domain/time.ts';

describe('a verdict in words', () => {
  it.each([
    [undefined, 'no signature required'],
    [{ verdict: 'not-required' }, 'no signature required'],
    [{ verdict: 'verified' }, 'verified'],
    [{ verdict: 'unsigned' }, 'unsigned'],
    [{ verdict: 'unsigned', reason: 'no-signature' }, 'unsigned'],
    [
      { verdict: 'unsigned', reason: 'attestation-only' },
      'unsigned: an attestation but no signature',
    ],
    [{ verdict: 'rejected', reason: 'broken-signature' }, 'signature rejected'],
    [{ verdict: 'rejected', reason: 'other-signer' }, 'rejected: signed by someone else'],
    [{ verdict: 'inconclusive', reason: 'awaiting-signature' }, 'awaiting signature'],
    [{ verdict: 'inconclusive' }, 'not verifiable'],
    [
      { verdict: 'inconclusive', reason: 'trust-root-unavailable' },
      'not verifiable: no trust root',
    ],
  ] as const)('of %j is "%s"', (told, text) => {
    expect(verdictClause(told)).toBe(text);
  });

  it('is not final while a grace runs', () => {
    const told = { verdict: 'inconclusive', reason: 'verifier-failed' } as const;
    expect(verdictClause(told, false)).toBe('not verified yet: the verification failed');
  });
});

describe('a duration in words', () => {
  it.each([
    [0, '0 s'],
    [45 * SECOND, '45 s'],
    [90 * SECOND, '90 s'],
    [15 * MINUTE, '15 min'],
    [90 * MINUTE, '90 min'],
    [6 * HOUR, '6 h'],
    [2 * DAY, '2 d'],
    [1234, '1 s'],
  ])('of %d ms is "%s"', (duration, text) => {
    expect(durationText(duration)).toBe(text);
  });
});
