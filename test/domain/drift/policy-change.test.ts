import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../../lambda/domain/time.ts';
import { kindsOf, OTHER_POLICY, present, TERMS, verification, Watcher } from './scenario.ts';

const EVENT = 'registry.example/shop/api:1.4#';
const OTHER = { ...TERMS, policy: OTHER_POLICY, policyName: 'other' };
type Found = Parameters<typeof verification>[0];
const under = (found: Found) => present('a', verification(found, { policy: OTHER_POLICY }));

/** The same watch under another policy, from now on. */
function changed(found: Found, over: object = {}): Watcher {
  const watcher = new Watcher({ signatureGrace: 0 });
  watcher.see(0, present('a', found));
  watcher.terms = [{ ...OTHER, ...over }];
  return watcher;
}

describe('when the policy of a watch changes', () => {
  it('keeps what is known until the new policy has spoken', () => {
    const watcher = changed('verified');
    watcher.see(MINUTE, present('a'));
    expect(watcher.decision.kind).toBe('nothing');
    expect(Object.keys(watcher.remembered.verdicts)).toEqual(['policy-acme']);
  });

  it('says nothing when the new policy accepts the image as well', () => {
    const watcher = changed('verified');
    expect(watcher.see(MINUTE, under('verified'))).toBeUndefined();
    expect(Object.keys(watcher.remembered.verdicts)).toEqual([OTHER_POLICY]);
    expect(Object.keys(watcher.remembered.lastVerified ?? {})).toEqual([OTHER_POLICY]);
  });

  for (const found of ['unsigned', 'broken', 'other-signer'] as const) {
    it(`tells one policy.changed, high, when the image is ${found} under it`, () => {
      const event = changed('verified').see(MINUTE, under(found));
      expect(event).toMatchObject({ kind: 'policy.changed', severity: 'high', state: 'open' });
      expect(event?.changes).toHaveLength(1);
      expect(event?.changes[0]?.verdictFrom).toBe('verified');
    });
  }

  it('is a demotion when no signature was required before', () => {
    const watcher = new Watcher({ policy: 'none' });
    watcher.see(0, present('a'));
    watcher.terms = [OTHER];
    const event = watcher.see(MINUTE, under('unsigned'));
    expect(event?.changes[0]).toMatchObject({ severity: 'high', verdictFrom: 'not-required' });
  });

  it('is info of itself when the image was as bad before, and carries the alarm on', () => {
    const watcher = changed('broken');
    const event = watcher.see(MINUTE, under('unsigned'));
    expect(event).toMatchObject({
      kind: 'policy.changed',
      severity: 'critical',
      resolves: `${EVENT}1`,
    });
  });

  it('compares with the worst of what held before', () => {
    const watcher = new Watcher(
      { signatureGrace: 0 },
      { ...OTHER, policy: 'p2', signatureGrace: 0 },
    );
    const verifications = {
      'policy-acme': verification('verified'),
      p2: verification('unsigned', { policy: 'p2' }),
    };
    watcher.see(0, present('a', undefined, { verifications }));
    watcher.terms = [OTHER];
    const event = watcher.see(MINUTE, under('unsigned'));
    expect(event?.changes[0]).toMatchObject({ verdictFrom: 'unsigned' });
  });

  it('closes the alarm when the new policy accepts the image', () => {
    const event = changed('unsigned').see(MINUTE, under('verified'));
    expect(event).toMatchObject({ kind: 'policy.changed', state: 'closed', resolves: `${EVENT}1` });
  });

  it('closes the alarm when no signature is required any more', () => {
    const watcher = changed('unsigned', { policy: 'none' });
    const event = watcher.see(MINUTE, present('a'));
    expect(event).toMatchObject({ kind: 'policy.changed', state: 'closed', resolves: `${EVENT}1` });
    expect(event?.now?.verdict).toBe('not-required');
  });

  it('waits quietly while the new policy cannot be judged, and then says so', () => {
    const watcher = changed('verified');
    expect(watcher.see(MINUTE, under('inconclusive'))).toBeUndefined();
    expect(watcher.see(14 * MINUTE, under('inconclusive'))).toBeUndefined();
    const event = watcher.see(MINUTE, under('inconclusive'));
    expect(event).toMatchObject({
      kind: 'signature.unverifiable',
      severity: 'medium',
      state: 'open',
    });
    expect(watcher.see(MINUTE, under('unsigned'))).toMatchObject({ kind: 'policy.changed' });
  });

  it('says at once that it cannot be judged where there is no grace', () => {
    const event = changed('verified', { signatureGrace: 0 }).see(MINUTE, under('inconclusive'));
    expect(event?.kind).toBe('signature.unverifiable');
  });

  it('says nothing when it can be judged in time, and is good', () => {
    const watcher = changed('verified');
    watcher.see(MINUTE, under('inconclusive'));
    const event = watcher.see(MINUTE, under('verified'));
    expect(event?.resolves).toBeUndefined();
    expect(event?.severity ?? 'info').toBe('low');
  });

  it('tells the verdict under the new policy when its quiet grace is over', () => {
    const watcher = changed('verified');
    watcher.see(MINUTE, under('inconclusive'));
    watcher.see(MINUTE, under('unsigned'));
    const event = watcher.see(14 * MINUTE, under('unsigned'));
    expect(event).toMatchObject({ kind: 'policy.changed', severity: 'high' });
    expect(event?.changes[0]?.summary).toContain('under a changed policy, still unsigned');
  });

  it('tells of the quiet grace when the tag leaves first', () => {
    const watcher = changed('verified');
    watcher.see(MINUTE, under('inconclusive'));
    const next = present('b', verification('verified', { policy: OTHER_POLICY }));
    expect(kindsOf(watcher.see(MINUTE, next))).toEqual(['tag.moved', 'tag.moved']);
  });
});

describe('when the policy changes while a signature is awaited', () => {
  const waiting = (terms: readonly (typeof TERMS)[]) => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'unsigned'));
    watcher.terms = terms;
    return watcher;
  };

  it('neither restarts the grace nor ends it', () => {
    const watcher = waiting([OTHER]);
    expect(watcher.see(5 * MINUTE, present('a'))).toBeUndefined();
    expect(watcher.see(5 * MINUTE, under('unsigned'))).toBeUndefined();
    const event = watcher.see(5 * MINUTE, under('unsigned'));
    expect(event).toMatchObject({
      kind: 'tag.first-seen',
      severity: 'high',
      resolves: `${EVENT}1`,
    });
  });

  it('closes the move when the image is good under the new one', () => {
    const event = waiting([OTHER]).see(MINUTE, under('verified'));
    expect(event).toMatchObject({
      kind: 'signature.gained',
      state: 'closed',
      resolves: `${EVENT}1`,
    });
  });

  it('closes the move when nothing is required any more', () => {
    const event = waiting([{ ...TERMS, policy: 'none' }]).see(MINUTE, present('a'));
    expect(event).toMatchObject({ kind: 'policy.changed', state: 'closed', resolves: `${EVENT}1` });
  });

  it('forgets a loss that was not confirmed', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('a', 'unsigned'));
    watcher.terms = [OTHER];
    expect(watcher.see(MINUTE, under('verified'))).toBeUndefined();
    expect(watcher.remembered.grace).toEqual([]);
  });
});
