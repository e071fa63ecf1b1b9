import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, plus } from '../../../lambda/domain/time.ts';
import { ABSENT, DENIED, digest, kindsOf, present, TIMEOUT, Watcher } from './scenario.ts';

const GRACE = 15 * MINUTE;

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
