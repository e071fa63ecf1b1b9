import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../lambda/domain/time.ts';
import type { WatchTerms } from '../../lambda/domain/watch.ts';
import { digest, facts, present, START, verification, Watcher } from './drift/scenario.ts';

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
