import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../lambda/domain/policy.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import type { WatchTerms } from '../../lambda/domain/watch.ts';
import {
  ABSENT,
  DENIED,
  digest,
  facts,
  kindsOf,
  POLICY,
  present,
  START,
  TIMEOUT,
  verification,
  Watcher,
} from './drift/scenario.ts';

const GRACE = 15 * MINUTE;

describe('when a tag is seen for the first time', () => {
  const cases = [
    ['verified', 'info', false, 'note'],
    ['broken', 'critical', true, 'open'],
    ['unsigned', 'medium', true, 'open'],
    ['other-signer', 'medium', true, 'open'],
    ['inconclusive', 'medium', true, 'open'],
  ] as const;

  for (const [found, severity, alert, state] of cases) {
    it(`takes a baseline that is ${found} as ${severity}`, () => {
      const event = new Watcher().see(0, present('a', found));
      expect(event).toMatchObject({ kind: 'tag.first-seen', seq: 1, severity, alert, state });
      expect(event?.was).toBeUndefined();
      expect(event?.now?.digest).toBe(digest('a'));
    });
  }

  it('takes a baseline without a policy quietly', () => {
    const event = new Watcher({ policy: 'none' }).see(0, present('a'));
    expect(event).toMatchObject({ severity: 'info', alert: false });
    expect(event?.now).toMatchObject({ verdict: 'not-required' });
    expect(event?.changes[0]?.verdictTo).toBe('not-required');
  });

  it('records under which digests it can be found', () => {
    const event = new Watcher().see(0, present('a', 'verified'));
    expect(event?.sightings.map(({ role }) => role)).toEqual(['index', 'platform', 'platform']);
  });

  it('waits for a verdict that was not asked for', () => {
    const watcher = new Watcher();
    expect(watcher.see(0, present('a'))?.now).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not-verified-yet',
    });
    expect(watcher.see(MINUTE, present('a', 'verified'))?.kind).toBe('signature.gained');
  });
});

describe('when a baseline stands on a header alone', () => {
  const unproven = () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified', { proven: false }));
    return watcher;
  };

  it('is marked as unproven and looked at again', () => {
    const { remembered, events } = unproven();
    expect(remembered).toMatchObject({ proven: false });
    expect(remembered.nextCheckAt).toBeDefined();
    expect(events[0]).toMatchObject({ now: { proven: false }, sightings: [] });
  });

  it('is proved by bytes with a record that alerts nobody', () => {
    const watcher = unproven();
    const event = watcher.see(HOUR, present('a'));
    expect(event).toMatchObject({ kind: 'tag.first-seen', alert: false, state: 'note' });
    expect(event?.sightings).toHaveLength(3);
    expect(watcher.remembered).toMatchObject({ proven: true });
    expect(watcher.remembered.nextCheckAt).toBeUndefined();
  });

  it('is proved by bytes that are no manifest we accept', () => {
    const watcher = unproven();
    const { manifest: _, ...seen } = { manifest: undefined, ...present('a') };
    const event = watcher.see(HOUR, { ...seen } as ReturnType<typeof present>);
    expect(event?.sightings).toEqual([{ digest: digest('a'), role: 'manifest' }]);
  });

  it('is moved from when other bytes are proved, and says that it was a claim', () => {
    const event = unproven().see(HOUR, present('b', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.moved', was: { proven: false } });
  });
});

describe('when a tag moves', () => {
  const baseline = (...terms: readonly Partial<WatchTerms>[]) => {
    const watcher = new Watcher(...terms);
    watcher.see(0, present('a', 'verified'));
    return watcher;
  };

  const cases = [
    ['verified', 'low', 'note', 'verified'],
    ['broken', 'critical', 'open', 'rejected'],
    ['unsigned', 'medium', 'open', 'inconclusive'],
    ['other-signer', 'medium', 'open', 'inconclusive'],
    ['inconclusive', 'medium', 'open', 'inconclusive'],
  ] as const;
  for (const [found, severity, state, verdictTo] of cases) {
    it(`tells at once of an image that is ${found}, as ${severity}`, () => {
      const event = baseline().see(MINUTE, present('b', found));
      expect(event).toMatchObject({ kind: 'tag.moved', severity, state, alert: true });
      expect(event?.changes[0]).toMatchObject({ verdictFrom: 'verified', verdictTo });
    });
  }

  const withoutGrace = [
    ['unsigned', 'high', 'unsigned', 'signature.unsigned'],
    ['other-signer', 'high', 'rejected', 'signature.rejected'],
    ['inconclusive', 'high', 'inconclusive', 'signature.unverifiable'],
  ] as const;
  for (const [found, severity, verdict, alarm] of withoutGrace) {
    it(`tells the final verdict ${found} at once where the policy gives no grace`, () => {
      const watcher = baseline({ signatureGrace: 0 });
      expect(watcher.see(MINUTE, present('b', found))).toMatchObject({
        severity,
        now: { verdict },
      });
      expect(Object.keys(watcher.remembered.open)).toEqual([alarm]);
    });
  }

  it('is low where no signature is required', () => {
    const watcher = new Watcher({ policy: 'none' });
    watcher.see(0, present('a'));
    expect(watcher.see(MINUTE, present('b'))).toMatchObject({ severity: 'low', state: 'note' });
  });

  it('does not call final what may still change', () => {
    const summary = (signatureGrace: number) =>
      baseline({ signatureGrace }).see(MINUTE, present('b', 'inconclusive'))?.changes[0]?.summary;
    expect(summary(GRACE)).toContain('moved, not verified yet: ');
    expect(summary(0)).toContain('moved, not verifiable: ');
  });

  it('says from what to what, what is different, and between when', () => {
    const watcher = baseline();
    const event = watcher.see(5 * MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({
      was: { digest: digest('a'), verdict: 'verified' },
      now: { digest: digest('b'), verdict: 'verified' },
      lastUnchanged: START,
      lastVerified: digest('b'),
      watches: [{ id: 'watch-1', policyName: 'acme', labels: ['team=payments'] }],
    });
    expect(event?.changes[0]).toMatchObject({ moveClasses: ['content'], rollback: false });
    expect(watcher.remembered).toMatchObject({ since: watcher.now, sinceSeq: 2 });
    expect(watcher.remembered.labels).toEqual(['team=payments']);
  });

  it('is told although its manifest is refused', () => {
    const { manifest: _, ...seen } = present('b', 'verified') as { manifest?: unknown };
    const event = baseline().see(MINUTE, { ...seen, manifestProblem: 'has no list' } as never);
    expect(event?.changes[0]).toMatchObject({ kind: 'tag.moved', moveClasses: ['unknown'] });
    expect(event?.changes[0]?.manifestProblem).toBe('has no list');
  });

  it('is not told on the word of a header', () => {
    const watcher = baseline();
    expect(watcher.see(MINUTE, present('b', undefined, { proven: false }))).toBeUndefined();
    expect(watcher.remembered.digest).toBe(digest('a'));
    const event = watcher.see(HOUR, present('b', undefined, { proven: false }));
    expect(event).toMatchObject({ kind: 'watch.failing', now: { digest: digest('a') } });
  });

  it('compares with the last successful check, or else with when the digest was first seen', () => {
    const watcher = baseline();
    expect(watcher.decide(present('b', 'verified'))).toMatchObject({
      event: { lastUnchanged: START },
    });
  });
});

describe('when a moved tag waits for its signature', () => {
  const waiting = (found: 'unsigned' | 'other-signer' | 'inconclusive' = 'unsigned') => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('b', found));
    return watcher;
  };

  it('is looked at again before its grace is over, and then', () => {
    const watcher = waiting();
    const until = plus(watcher.now, GRACE);
    const looks: string[] = [];
    while (watcher.now < until) {
      const next = watcher.remembered.nextCheckAt ?? '';
      expect(next > watcher.now).toBe(true);
      looks.push(next);
      watcher.see(Date.parse(next) - Date.parse(watcher.now), present('b', 'unsigned'));
    }
    expect(looks.at(-1)).toBe(until);
    expect(looks.length).toBeLessThan(12);
    expect(watcher.events.at(-1)).toMatchObject({ severity: 'high' });
  });

  it('closes the move when the signature arrives', () => {
    const watcher = waiting();
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({
      kind: 'signature.gained',
      state: 'closed',
      severity: 'medium',
      resolves: 'registry.example/shop/api:1.4#2',
      was: { verdict: 'inconclusive', reason: 'awaiting-signature' },
      now: { verdict: 'verified' },
    });
    expect(watcher.remembered.grace).toEqual([]);
  });

  const over = [
    ['unsigned', 'high', 'unsigned'],
    ['other-signer', 'high', 'rejected'],
    ['inconclusive', 'high', 'inconclusive'],
  ] as const;
  for (const [found, severity, verdict] of over) {
    it(`tells of ${found} when the grace is over, as the end of the move`, () => {
      const watcher = waiting(found);
      expect(watcher.see(GRACE - MINUTE, present('b', found))).toBeUndefined();
      const event = watcher.see(MINUTE, present('b', found));
      expect(event).toMatchObject({
        kind: 'tag.moved',
        severity,
        state: 'open',
        resolves: 'registry.example/shop/api:1.4#2',
        was: { digest: digest('b') },
        now: { digest: digest('b'), verdict },
      });
      expect(event?.changes[0]?.summary).toMatch(/^moved, still .+ after 15 min$/);
      expect(watcher.see(MINUTE, present('b', found))).toBeUndefined();
    });
  }

  it('tells what is known when the last look was not asked for a verdict', () => {
    const event = waiting().see(GRACE, present('b'));
    expect(event).toMatchObject({ severity: 'high', now: { verdict: 'unsigned' } });
  });

  it('is told as a baseline when it was one', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'unsigned'));
    const event = watcher.see(GRACE, present('a', 'unsigned'));
    expect(event?.changes[0]?.summary).toBe('first seen, still unsigned after 15 min');
  });

  it('keeps "unsigned" when the last look was inconclusive', () => {
    const event = waiting().see(GRACE, present('b', 'inconclusive'));
    expect(event).toMatchObject({ now: { verdict: 'unsigned' } });
  });

  it('tells of a broken signature at once', () => {
    const event = waiting().see(MINUTE, present('b', 'broken'));
    expect(event).toMatchObject({
      kind: 'signature.rejected',
      severity: 'critical',
      state: 'open',
      resolves: 'registry.example/shop/api:1.4#2',
    });
  });

  it('says nothing about it before its time while the registry does not answer', () => {
    const watcher = waiting();
    expect(watcher.see(MINUTE, TIMEOUT)).toBeUndefined();
    expect((watcher.remembered.nextCheckAt ?? '') > watcher.now).toBe(true);
  });

  const unread = [
    ['does not answer', TIMEOUT],
    ['denies it', DENIED],
    ['does not find it', ABSENT],
    ['names a digest that no bytes prove', present('c', undefined, { proven: false })],
  ] as const;
  for (const [what, answer] of unread) {
    it(`tells once what was last seen when the registry ${what} at the end`, () => {
      const watcher = waiting();
      const event = watcher.see(GRACE, answer);
      expect(event).toMatchObject({
        kind: 'tag.moved',
        severity: 'high',
        state: 'open',
        resolves: 'registry.example/shop/api:1.4#2',
      });
      expect(event?.changes.find(({ kind }) => kind === 'tag.moved')).toMatchObject({
        verdictTo: 'unsigned',
        summary: 'moved, still unsigned after 15 min, as last seen',
      });
      expect(watcher.remembered.grace).toEqual([]);
      expect(kindsOf(watcher.see(MINUTE, answer))).not.toContain('tag.moved');
      expect(watcher.see(2 * MINUTE, present('b', 'unsigned'))).toBeUndefined();
      expect(watcher.see(MINUTE, present('b', 'verified'))).toMatchObject({
        kind: 'signature.gained',
        state: 'closed',
        severity: 'high',
      });
    });
  }

  it.each([ABSENT, DENIED])('is woken at its end although the tag is lost', (answer) => {
    const watcher = new Watcher({ signatureGrace: 6 * HOUR });
    watcher.see(0, present('a', 'unsigned'));
    const until = plus(watcher.now, 6 * HOUR);
    for (const after of [1, 15, 20]) watcher.see(after * MINUTE, answer);
    expect(watcher.remembered.presence).not.toBe('present');
    while (watcher.now < until) {
      const next = watcher.remembered.nextCheckAt ?? '';
      expect(next > watcher.now && next <= until).toBe(true);
      watcher.see(Date.parse(next) - Date.parse(watcher.now), answer);
    }
    expect(watcher.events.at(-1)).toMatchObject({ kind: 'tag.first-seen', severity: 'high' });
    expect(watcher.remembered.nextCheckAt).toBeUndefined();
  });

  it('tells of the digest that is left before its verdict was final', () => {
    const event = waiting().see(MINUTE, present('c', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.moved', severity: 'high', state: 'closed' });
    expect(event?.changes[1]).toMatchObject({
      kind: 'tag.moved',
      severity: 'high',
      verdictTo: 'unsigned',
      resolves: 'registry.example/shop/api:1.4#2',
    });
  });

  it('gives no second grace to a digest that comes back', () => {
    const watcher = waiting();
    watcher.see(MINUTE, present('a', 'verified'));
    const event = watcher.see(MINUTE, present('b', 'unsigned'));
    expect(event).toMatchObject({ severity: 'high', now: { verdict: 'unsigned' } });
    expect(watcher.remembered.grace).toEqual([]);
  });

  it('is closed for good by a signature that comes after the grace', () => {
    const watcher = waiting();
    watcher.see(GRACE, present('b', 'unsigned'));
    const event = watcher.see(HOUR, present('b', 'verified'));
    expect(event).toMatchObject({
      kind: 'signature.gained',
      severity: 'high',
      state: 'closed',
      resolves: 'registry.example/shop/api:1.4#3',
    });
    expect(watcher.remembered.open).toEqual({});
  });

  it('tells what it was when it could not be verified at first', () => {
    const watcher = waiting('inconclusive');
    watcher.see(GRACE, present('b', 'inconclusive'));
    const event = watcher.see(HOUR, present('b', 'unsigned'));
    expect(event).toMatchObject({
      kind: 'tag.moved',
      severity: 'high',
      now: { verdict: 'unsigned' },
      resolves: 'registry.example/shop/api:1.4#3',
    });
    expect(watcher.remembered.open).toEqual({
      'signature.unsigned': { seq: 4, severity: 'high', kind: 'tag.moved' },
    });
  });
});

describe('when a tag goes back to an earlier image', () => {
  it('is at least medium, and has no grace', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('b', 'verified'));
    const event = watcher.see(MINUTE, present('a', 'verified'));
    expect(event).toMatchObject({ severity: 'medium', state: 'note' });
    expect(event?.changes[0]).toMatchObject({ rollback: true });
  });

  it('is high when that image was ever rejected', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('b', 'broken'));
    watcher.see(MINUTE, present('c', 'verified'));
    expect(watcher.see(MINUTE, present('b', 'verified'))).toMatchObject({ severity: 'high' });
    expect(watcher.see(MINUTE, present('c', 'verified'))).toMatchObject({ severity: 'medium' });
    expect(watcher.see(MINUTE, present('b', 'verified'))).toMatchObject({ severity: 'high' });
  });

  it('is recognised by the history that the store kept', () => {
    const move = (everRejected: boolean) => {
      const watcher = new Watcher();
      watcher.see(0, present('a', 'verified'));
      const history = { lastSeq: 1, everRejected };
      return watcher.see(MINUTE, present('z', 'verified', { history }));
    };
    expect(move(false)).toMatchObject({ severity: 'medium', changes: [{ rollback: true }] });
    expect(move(true)).toMatchObject({ severity: 'high', changes: [{ rollback: true }] });
  });

  it('remembers eight images', () => {
    const watcher = new Watcher();
    for (const name of 'abcdefghij') watcher.see(MINUTE, present(name, 'verified'));
    expect(watcher.remembered.recent.map((entry) => entry.digest)).toEqual(
      [...'ihgfedcb'].map(digest),
    );
  });

  it('is at least medium for a new digest that was signed long before the newest', () => {
    const watcher = new Watcher();
    const signed = (signedAt: string) => verification('verified', { signedAt });
    watcher.see(0, present('a', signed('2026-03-10T00:00:00.000Z')));
    expect(watcher.see(MINUTE, present('b', signed('2026-03-09T00:00:00.000Z')))).toMatchObject({
      severity: 'low',
    });
    const event = watcher.see(MINUTE, present('c', signed('2026-03-08T23:00:00.000Z')));
    expect(event).toMatchObject({ severity: 'medium', changes: [{ olderSignature: true }] });
  });
});

describe('when nothing changed', () => {
  it('decides nothing, so that nothing is written', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('a'));
    expect(watcher.decision).toEqual({ kind: 'nothing' });
    watcher.see(MINUTE, present('a', undefined, { proven: false }));
    expect(watcher.decision).toEqual({ kind: 'nothing' });
    watcher.see(MINUTE, present('a', 'verified'));
    expect(watcher.decision).toEqual({ kind: 'nothing' });
  });
});

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

describe('when only a part of an image changes', () => {
  it('says so, and is no less severe', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified', { manifest: facts('same') }));
    const manifest = facts('same', { attestations: [digest('sbom')] });
    const event = watcher.see(MINUTE, present('b', 'broken', { manifest }));
    expect(event).toMatchObject({ severity: 'critical' });
    expect(event?.changes[0]?.moveClasses).toEqual(['attestations-only']);
  });
});

describe('when a watch has a digest and no tag', () => {
  it('records no tag either', () => {
    const decision = new Watcher().decide(present('a', 'verified'), { tag: undefined } as never);
    const event = decision.kind === 'commit' ? decision.event : undefined;
    expect(event?.kind).toBe('tag.first-seen');
    expect(Object.keys({ ...event, ...event?.after })).not.toContain('tag');
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

describe('when the remembered state is incomplete', () => {
  it('still tells of the digest that is left', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'unsigned'));
    const { sinceSeq: _, ...state } = watcher.remembered;
    watcher.state = { ...state, verdicts: {} };
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(event?.changes[1]).toMatchObject({ severity: 'high', verdictTo: 'inconclusive' });
    expect(event?.after.recent).toEqual([{ digest: digest('a'), seq: 1 }]);
  });
});
