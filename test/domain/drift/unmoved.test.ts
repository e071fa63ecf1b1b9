import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import { kindsOf, present, type Seen, verification, Watcher } from './scenario.ts';

const EVENT = 'registry.example/shop/api:1.4#';
const signedBy = (id: string) => verification('verified', { signers: [{ id, label: id }] });

function standing(found: Parameters<typeof verification>[0]): Watcher {
  const watcher = new Watcher({ signatureGrace: 0 });
  watcher.see(0, present('a', found));
  return watcher;
}

describe('when a verified digest is verified again', () => {
  it('is not rewritten for an unchanged result', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'verified'));
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('remembers another trust root without a word', () => {
    const watcher = standing('verified');
    const again = verification('verified', { trustRootHash: 'sha256:root-2' });
    expect(watcher.see(MINUTE, present('a', again))).toBeUndefined();
    expect(watcher.remembered.verdicts['policy-acme']?.trustRootHash).toBe('sha256:root-2');
  });

  it('keeps its verdict when the result is inconclusive', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'inconclusive'));
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('tells when nobody who signed it before signed it now', () => {
    const watcher = standing('verified');
    const event = watcher.see(MINUTE, present('a', signedBy('somebody-else')));
    expect(event).toMatchObject({
      kind: 'signature.signer-changed',
      severity: 'high',
      state: 'note',
    });
    expect(event?.changes[0]).toMatchObject({
      signersFrom: [{ id: 'acme/release' }],
      signersTo: [{ id: 'somebody-else' }],
    });
    watcher.see(MINUTE, present('a', signedBy('somebody-else')));
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('tells at once when its signature no longer holds', () => {
    const event = standing('verified').see(MINUTE, present('a', 'broken'));
    expect(event).toMatchObject({
      kind: 'signature.rejected',
      severity: 'critical',
      state: 'open',
    });
  });
});

describe('when a new image has another signer', () => {
  it('is told with the move, and never changes the verdict', () => {
    const watcher = standing('verified');
    const event = watcher.see(MINUTE, present('b', signedBy('somebody-else')));
    expect(kindsOf(event)).toEqual(['tag.moved', 'signature.signer-changed']);
    expect(event).toMatchObject({
      kind: 'tag.moved',
      severity: 'high',
      now: { verdict: 'verified' },
    });
  });

  it('is not told when one of the signers stayed', () => {
    const watcher = standing('verified');
    const signers = ['x', 'acme/release'].map((id) => ({ id, label: id }));
    const event = watcher.see(MINUTE, present('b', verification('verified', { signers })));
    expect(kindsOf(event)).toEqual(['tag.moved']);
  });

  const partly = (id: string) => ({ ...signedBy(id), complete: false });

  it('is not told while some of its signatures could not be read', () => {
    const watcher = standing('verified');
    const event = watcher.see(MINUTE, present('b', partly('somebody-else')));
    expect(kindsOf(event)).toEqual(['tag.moved']);
    expect(watcher.see(MINUTE, present('b'))).toBeUndefined();
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('is told when the rest of its signatures could be read', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('b', partly('somebody-else')));
    const event = watcher.see(MINUTE, present('b', signedBy('somebody-else')));
    expect(kindsOf(event)).toEqual(['signature.signer-changed']);
    expect(watcher.see(MINUTE, present('b', signedBy('somebody-else')))).toBeUndefined();
  });

  it('compares with those who were seen in full, whatever was hidden in between', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('b', partly('somebody-else')));
    const event = watcher.see(MINUTE, present('c', signedBy('somebody-else')));
    expect(kindsOf(event)).toEqual(['tag.moved', 'signature.signer-changed']);
  });

  it('compares with the last verified image, not with the last one', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('b', 'unsigned'));
    const event = watcher.see(MINUTE, present('c', signedBy('somebody-else')));
    expect(kindsOf(event)).toContain('signature.signer-changed');
  });
});

describe('when a signature is no longer served', () => {
  for (const gone of ['unsigned', 'other-signer'] as const) {
    it(`is lost after three looks over half an hour (${gone})`, () => {
      const watcher = standing('verified');
      expect(watcher.see(MINUTE, present('a', gone))).toBeUndefined();
      expect(watcher.remembered.verdicts['policy-acme']?.verdict).toBe('verified');
      expect(watcher.see(15 * MINUTE, present('a', gone))).toBeUndefined();
      expect(watcher.see(14 * MINUTE, present('a', gone))).toBeUndefined();
      const event = watcher.see(MINUTE, present('a', gone));
      expect(event).toMatchObject({ kind: 'signature.lost', severity: 'high', state: 'open' });
      expect(Object.keys(watcher.remembered.open)).toEqual(['signature.lost']);
    });
  }

  it('needs three looks, however long they take', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    expect(watcher.see(HOUR, present('a', 'unsigned'))).toBeUndefined();
    expect(watcher.see(MINUTE, present('a', 'unsigned'))?.kind).toBe('signature.lost');
  });

  it('does not count the same answer twice', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    watcher.see(0, present('a', 'unsigned'));
    watcher.see(0, present('a', 'unsigned'));
    expect(watcher.remembered.grace[0]?.losing?.count).toBe(1);
  });

  const nothings: Seen[] = [present('a'), present('a', 'inconclusive')];
  it.each(nothings)('does not count a look that found nothing out', (seen) => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    watcher.see(5 * MINUTE, seen);
    expect(watcher.remembered.grace[0]?.losing?.count).toBe(1);
  });

  it('is forgotten when it is served again', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    expect(watcher.see(MINUTE, present('a', 'verified'))).toBeUndefined();
    expect(watcher.remembered.grace).toEqual([]);
  });

  it('is rejected at once when a broken one takes its place', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    expect(watcher.see(MINUTE, present('a', 'broken'))?.kind).toBe('signature.rejected');
  });

  it('is told with the move when the tag leaves first', () => {
    const watcher = standing('verified');
    watcher.see(MINUTE, present('a', 'unsigned'));
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({ severity: 'medium', state: 'note' });
    expect(event?.changes[1]?.summary).toContain('no longer served');
  });

  it('holds for a rejected one too, so that an attacker cannot wipe it away', () => {
    const watcher = standing('broken');
    watcher.see(MINUTE, present('a', 'unsigned'));
    watcher.see(15 * MINUTE, present('a', 'unsigned'));
    const event = watcher.see(15 * MINUTE, present('a', 'unsigned'));
    expect(event).toMatchObject({
      kind: 'signature.lost',
      resolves: `${EVENT}1`,
      severity: 'critical',
    });
  });

  it('is good news when what was rejected is verified meanwhile', () => {
    const watcher = standing('broken');
    watcher.see(MINUTE, present('a', 'unsigned'));
    const event = watcher.see(MINUTE, present('a', 'verified'));
    expect(event).toMatchObject({
      kind: 'signature.gained',
      state: 'closed',
      resolves: `${EVENT}1`,
    });
  });
});

describe('when a bad verdict was told', () => {
  const gained = ['unsigned', 'broken', 'other-signer', 'inconclusive'] as const;
  for (const found of gained) {
    it(`is closed when ${found} becomes verified`, () => {
      const event = standing(found).see(HOUR, present('a', 'verified'));
      expect(event).toMatchObject({
        kind: 'signature.gained',
        state: 'closed',
        resolves: `${EVENT}1`,
      });
    });

    it(`is not told again while it stays ${found}`, () => {
      const watcher = standing(found);
      expect(watcher.see(HOUR, present('a', found))).toBeUndefined();
      expect(watcher.remembered.verdicts['policy-acme']?.at).toBe(watcher.now);
    });
  }

  const worse = [
    ['unsigned', 'broken', 'signature.rejected', 'critical'],
    ['unsigned', 'other-signer', 'signature.rejected', 'high'],
    ['other-signer', 'broken', 'signature.rejected', 'critical'],
    ['inconclusive', 'broken', 'signature.rejected', 'critical'],
    ['inconclusive', 'unsigned', 'tag.first-seen', 'high'],
  ] as const;
  for (const [from, to, kind, severity] of worse) {
    it(`is replaced when ${from} becomes ${to}`, () => {
      const event = standing(from).see(HOUR, present('a', to));
      expect(event).toMatchObject({ kind, severity, state: 'open', resolves: `${EVENT}1` });
      const byOthers = event?.changes[0]?.summary === 'is signed by someone else';
      expect(byOthers).toBe(to === 'other-signer');
    });
  }

  it('stays told when a broken signature gives way to one of somebody else', () => {
    const watcher = standing('broken');
    expect(watcher.see(HOUR, present('a', 'other-signer'))).toBeUndefined();
    expect(watcher.remembered.verdicts['policy-acme']?.reason).toBe('other-signer');
  });

  it('keeps what is known when the next look is inconclusive', () => {
    const watcher = standing('unsigned');
    watcher.see(HOUR, present('a', 'inconclusive'));
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('is closed by a move to an image that is verified', () => {
    const event = standing('unsigned').see(MINUTE, present('b', 'verified'));
    expect(kindsOf(event)).toEqual(['tag.moved', 'signature.gained']);
    expect(event).toMatchObject({ severity: 'high', state: 'closed', resolves: `${EVENT}1` });
  });

  it('is replaced by a move to an image that is not', () => {
    const event = standing('unsigned').see(MINUTE, present('b', 'unsigned'));
    expect(kindsOf(event)).toEqual(['tag.moved', 'tag.moved']);
    expect(event).toMatchObject({ severity: 'high', state: 'open', resolves: `${EVENT}1` });
  });
});

describe('when the trust root or the verifier changed, and the signatures did not', () => {
  const under = (found: 'verified' | 'unsigned' | 'broken' | 'other-signer', over: object) =>
    present('a', verification(found, { fingerprint: 'sha256:same', ...over }));
  const first = (found: 'verified' | 'unsigned' | 'broken') => {
    const watcher = new Watcher({ signatureGrace: 0 });
    watcher.see(0, under(found, {}));
    return watcher;
  };

  it('tells one trust.changed when a verified image is not any more', () => {
    const event = first('verified').see(
      MINUTE,
      under('other-signer', { trustRootHash: 'sha256:2' }),
    );
    expect(event).toMatchObject({ kind: 'trust.changed', severity: 'high', state: 'open' });
    expect(event?.changes[0]?.summary).toContain('trust root');
  });

  it('tells it of all policies of a tag in one event', () => {
    const watcher = new Watcher(
      { signatureGrace: 0 },
      { watchId: 'watch-2', policy: 'policy-z', policyName: 'z', signatureGrace: 0 },
    );
    const both = (found: 'verified' | 'other-signer', over: object) => {
      const of = (policy: string) =>
        verification(found, { policy, fingerprint: 'sha256:same', ...over });
      const verifications = { 'policy-acme': of('policy-acme'), 'policy-z': of('policy-z') };
      return present('a', undefined, { verifications });
    };
    watcher.see(0, both('verified', {}));
    const event = watcher.see(MINUTE, both('other-signer', { trustRootHash: 'sha256:2' }));
    expect(kindsOf(event)).toEqual(['trust.changed', 'trust.changed']);
    expect(event).toMatchObject({ kind: 'trust.changed', severity: 'high', state: 'open' });
    expect(
      watcher.see(MINUTE, both('other-signer', { trustRootHash: 'sha256:2' })),
    ).toBeUndefined();
    const cleared = watcher.see(MINUTE, both('verified', { trustRootHash: 'sha256:3' }));
    expect(cleared).toMatchObject({ kind: 'trust.changed', state: 'closed' });
  });

  it('is the signatures’ when these changed as well', () => {
    const root = { trustRootHash: 'sha256:2', fingerprint: 'sha256:other' };
    const event = first('verified').see(MINUTE, under('broken', root));
    expect(event).toMatchObject({ kind: 'signature.rejected', severity: 'critical' });
  });

  it('is no trust.changed when there was no verdict before', () => {
    const watcher = new Watcher({ signatureGrace: 0 });
    const same = { fingerprint: 'sha256:same' };
    watcher.see(0, present('a', verification('inconclusive', same)));
    const event = watcher.see(MINUTE, under('verified', { trustRootHash: 'sha256:2' }));
    expect(event?.kind).toBe('signature.gained');
  });

  it('names the verifier when it is that which changed', () => {
    const event = first('verified').see(MINUTE, under('broken', { verifier: '2' }));
    expect(event?.changes[0]).toMatchObject({ kind: 'trust.changed' });
    expect(event?.changes[0]?.summary).toContain('verifier');
  });

  it('closes the alarm when a bad verdict becomes good', () => {
    const event = first('broken').see(MINUTE, under('verified', { trustRootHash: 'sha256:2' }));
    expect(event).toMatchObject({ kind: 'trust.changed', state: 'closed', resolves: `${EVENT}1` });
  });

  it('carries the alarm on when one bad verdict becomes another', () => {
    const event = first('unsigned').see(MINUTE, under('broken', { trustRootHash: 'sha256:2' }));
    expect(event).toMatchObject({ kind: 'trust.changed', severity: 'high', state: 'open' });
    expect(event?.changes[0]).toMatchObject({ resolves: `${EVENT}1` });
  });
});

describe('when one policy could not be judged and another one rejects', () => {
  it('tells the verdict of the first when it can be judged', () => {
    const watcher = new Watcher(
      { signatureGrace: 0 },
      { watchId: 'watch-2', policy: 'policy-z', policyName: 'z', signatureGrace: 0 },
    );
    const both = (one: 'inconclusive' | 'unsigned') =>
      present('a', undefined, {
        verifications: {
          'policy-acme': verification(one),
          'policy-z': verification('broken', { policy: 'policy-z' }),
        },
      });
    watcher.see(0, both('inconclusive'));
    const event = watcher.see(HOUR, both('unsigned'));
    expect(event).toMatchObject({ kind: 'tag.first-seen', state: 'open', resolves: `${EVENT}1` });
    expect(watcher.see(HOUR, both('unsigned'))).toBeUndefined();
  });

  it('names it "unverifiable" when the open alarm does not say what it belongs to', () => {
    const watcher = standing('inconclusive');
    watcher.state = { ...watcher.remembered, open: {} };
    const event = watcher.see(HOUR, present('a', 'unsigned'));
    expect(event).toMatchObject({ kind: 'signature.unverifiable', severity: 'high' });
  });
});
