import { describe, expect, it } from '@jest/globals';
import { needsVerification } from '../../../lambda/domain/drift.ts';
import { HOUR, MINUTE, plus } from '../../../lambda/domain/time.ts';
import { POLICY, present, TERMS, type verification, Watcher } from './scenario.ts';

type Found = Parameters<typeof verification>[0];

function watched(found: Found | undefined, grace = 0): Watcher {
  const watcher = new Watcher({ signatureGrace: grace });
  watcher.see(0, present('a', found));
  return watcher;
}

const ask = (watcher: Watcher, later: number, roots?: ReadonlyMap<string, string>) =>
  needsVerification(watcher.state, watcher.terms, plus(watcher.now, later), roots);

describe('when a tag was not moved', () => {
  it('needs no verification while it is healthy', () => {
    expect(ask(watched('verified'), 1000 * HOUR)).toEqual([]);
    expect(ask(watched('verified'), 0, new Map([[POLICY, 'sha256:root-1']]))).toEqual([]);
  });

  it('needs none for a policy that requires no signature', () => {
    const free = [{ ...TERMS, policy: 'none' }];
    expect(needsVerification(undefined, free, '2026-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('needs every policy that has not spoken', () => {
    expect(needsVerification(undefined, [TERMS], '2026-01-01T00:00:00.000Z')).toEqual([POLICY]);
    const watcher = watched('verified');
    watcher.terms = [TERMS, { ...TERMS, policy: 'policy-new' }];
    expect(ask(watcher, 0)).toEqual(['policy-new']);
  });

  it('needs it when the trust root is another one', () => {
    expect(ask(watched('verified'), 0, new Map([[POLICY, 'sha256:root-2']]))).toEqual([POLICY]);
  });

  it('needs it during a grace, and while a loss is confirmed', () => {
    expect(ask(watched('unsigned', HOUR), 0)).toEqual([POLICY]);
    const losing = watched('verified');
    losing.see(MINUTE, present('a', 'unsigned'));
    expect(ask(losing, 0)).toEqual([POLICY]);
  });

  const again = [
    ['unsigned', HOUR],
    ['broken', HOUR],
    ['inconclusive', 15 * MINUTE],
  ] as const;
  for (const [found, due] of again) {
    it(`needs it again some time after ${found} was told`, () => {
      expect(ask(watched(found), due - 1)).toEqual([]);
      expect(ask(watched(found), due)).toEqual([POLICY]);
    });
  }
});

describe('what is pending', () => {
  it('keeps its time while that lies ahead, so that checks in between write nothing', () => {
    const watcher = watched('unsigned', HOUR);
    const first = watcher.remembered.nextCheckAt;
    watcher.see(MINUTE, present('a', 'inconclusive'));
    expect(watcher.decision.kind).toBe('nothing');
    expect(watcher.remembered.nextCheckAt).toBe(first);
  });

  it('is brought forward by something more urgent', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified', { proven: false }));
    const first = watcher.remembered.nextCheckAt ?? '';
    watcher.see(MINUTE, { kind: 'denied', code: 'DENIED', detail: '' });
    expect((watcher.remembered.nextCheckAt ?? '') < first).toBe(true);
  });
});
