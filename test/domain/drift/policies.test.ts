import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import { kindsOf, POLICY, present, verification, Watcher } from './scenario.ts';

const GRACE = 15 * MINUTE;

describe('when several policies watch a tag', () => {
  const two = () => {
    const watcher = new Watcher({}, { watchId: 'watch-2', policy: 'policy-z', policyName: 'z' });
    return watcher;
  };
  const both = (name: string, one: 'verified' | 'unsigned' | 'broken', other: typeof one) =>
    present(name, undefined, {
      verifications: {
        [POLICY]: verification(one),
        'policy-z': verification(other, { policy: 'policy-z' }),
      },
    });

  it('shows the worst verdict first and each by its policy', () => {
    const watcher = two();
    expect(watcher.see(0, both('a', 'verified', 'broken'))).toMatchObject({
      severity: 'critical',
      now: {
        verdict: 'rejected',
        verdicts: [
          { policyName: 'z', verdict: 'rejected', reason: 'broken-signature' },
          { policyName: 'acme', verdict: 'verified' },
        ],
      },
    });
  });

  it('closes the move only when the last of them is satisfied', () => {
    const watcher = two();
    watcher.see(0, both('a', 'unsigned', 'unsigned'));
    const first = watcher.see(MINUTE, both('a', 'verified', 'unsigned'));
    expect(first).toMatchObject({ kind: 'signature.gained', severity: 'low', state: 'note' });
    expect(first?.resolves).toBeUndefined();
    const second = watcher.see(MINUTE, both('a', 'verified', 'verified'));
    expect(second).toMatchObject({ state: 'closed', severity: 'medium' });
  });

  it('tells two final verdicts in one event', () => {
    const watcher = two();
    watcher.see(0, both('a', 'unsigned', 'unsigned'));
    const event = watcher.see(GRACE, both('a', 'unsigned', 'broken'));
    expect(kindsOf(event)).toEqual(['tag.first-seen', 'signature.rejected']);
    expect(event).toMatchObject({ kind: 'signature.rejected', severity: 'critical' });
    expect(Object.keys(watcher.remembered.open)).toEqual(['signature.rejected']);
  });

  it('replaces both the waiting move and an alarm that came in between', () => {
    const watcher = two();
    watcher.see(0, both('a', 'unsigned', 'verified'));
    watcher.see(MINUTE, both('a', 'unsigned', 'broken'));
    const event = watcher.see(GRACE, both('a', 'unsigned', 'broken'));
    expect(event?.changes.map(({ resolves }) => resolves?.slice(-2))).toEqual(['#1', '#2']);
    expect(event).toMatchObject({ severity: 'critical', state: 'open' });
  });

  it('takes the strictest of the graces for one policy', () => {
    const watcher = new Watcher(
      { signatureGrace: HOUR },
      { watchId: 'w2', signatureGrace: MINUTE },
    );
    watcher.see(0, present('a', 'unsigned'));
    expect(watcher.see(MINUTE, present('a', 'unsigned'))).toMatchObject({ severity: 'high' });
  });
});

describe('when the policies are known', () => {
  const rule = { kind: 'keyless', identity: { exact: 'me' }, issuer: { exact: 'idp' } } as const;
  const key = {
    kind: 'key',
    keyId: 'sha256:1',
    spki: 'AAAA',
    source: `PEM ${'x'.repeat(500)}`,
    digestAlgorithm: 'sha256',
  } as const;
  const policy: Policy = {
    v: 1,
    name: 'acme',
    mode: 'signature',
    signedBy: [key, rule, rule, rule, rule],
    attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', signedBy: [], where: {} }],
    trustRoot: 'public-good',
    unsafeIgnoreTransparencyLog: false,
    useSignedTimestamps: false,
    format: 'either',
    annotations: {},
  };

  it('shows what reproduces the verdict: the first signers, and no key material', () => {
    const policies = new Map([[POLICY, policy]]);
    const decision = new Watcher().decide(present('a', 'verified'), { policies });
    const [watch] = decision.kind === 'commit' ? decision.event.watches : [];
    expect(watch?.requires?.signedBy.map(({ kind }) => kind)).toEqual([
      'key',
      'keyless',
      'keyless',
    ]);
    expect(watch?.requires?.attestations).toEqual(['https://slsa.dev/provenance/v1']);
    expect(JSON.stringify(watch)).not.toContain('AAAA');
    expect(JSON.stringify(watch).length).toBeLessThan(1500);
  });

  it('shows nothing of a policy that requires no signature', () => {
    const decision = new Watcher({ policy: 'none' }).decide(present('a'), { policies: new Map() });
    const [watch] = decision.kind === 'commit' ? decision.event.watches : [];
    expect(watch?.requires).toBeUndefined();
  });
});
