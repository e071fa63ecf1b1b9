import { describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../../lambda/domain/time.ts';
import { digest, kindsOf, present, TERMS, Watcher } from './scenario.ts';

const EVENT = 'registry.example/shop/api:1.4#';

describe('when an immutable tag moves', () => {
  const immutable = () => {
    const watcher = new Watcher({ immutable: true });
    watcher.see(0, present('a', 'verified'));
    return watcher;
  };

  it('is critical, whoever signed the new image, and replaces tag.moved', () => {
    const watcher = immutable();
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(kindsOf(event)).toEqual(['tag.immutable-violated']);
    expect(event).toMatchObject({ severity: 'critical', state: 'open' });
    expect(watcher.remembered.pinnedTo).toBe(digest('a'));
  });

  it('gives no grace to the new image', () => {
    const event = immutable().see(MINUTE, present('b', 'unsigned'));
    expect(event?.now).toMatchObject({ verdict: 'unsigned' });
  });

  it('is violated anew by the next move, which replaces the first alarm', () => {
    const watcher = immutable();
    watcher.see(MINUTE, present('b', 'verified'));
    const event = watcher.see(MINUTE, present('c', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.immutable-violated', resolves: `${EVENT}2` });
  });

  it('stays violated when it comes back, until somebody acknowledges it', () => {
    const watcher = immutable();
    watcher.see(MINUTE, present('b', 'verified'));
    const event = watcher.see(MINUTE, present('a', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.moved', severity: 'medium' });
    expect(watcher.remembered.open['tag.immutable-violated']).toMatchObject({ seq: 2 });
  });

  it('keeps the event open for the violation when the signature alarm of the same event is over', () => {
    const watcher = immutable();
    watcher.see(MINUTE, present('b', 'unsigned'));
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({ kind: 'signature.gained', state: 'note' });
    expect(event?.resolves).toBeUndefined();
    expect(Object.keys(watcher.remembered.open)).toEqual(['tag.immutable-violated']);
  });

  it('says so when it goes back to an earlier image that is not its own', () => {
    const watcher = immutable();
    for (const name of 'bc') watcher.see(MINUTE, present(name, 'verified'));
    const event = watcher.see(MINUTE, present('b', 'verified'));
    expect(event?.changes[0]?.summary).toContain('back to an earlier image');
  });
});

describe('when a tag becomes immutable', () => {
  it('is pinned where it is, as soon as bytes have proved it', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified', { proven: false }));
    watcher.terms = [{ ...TERMS, immutable: true }];
    watcher.see(MINUTE, present('a', undefined, { proven: false }));
    expect(watcher.remembered.pinnedTo).toBeUndefined();
    watcher.see(MINUTE, present('a'));
    expect(watcher.remembered.pinnedTo).toBe(digest('a'));
  });

  it('is let go when it is immutable no more', () => {
    const watcher = new Watcher({ immutable: true });
    watcher.see(0, present('a', 'verified'));
    watcher.terms = [TERMS];
    expect(watcher.see(MINUTE, present('a'))).toBeUndefined();
    expect(watcher.remembered.pinnedTo).toBeUndefined();
  });
});

describe('when a tag is expected at a digest', () => {
  const pinned = () => {
    const watcher = new Watcher({ pin: digest('a') });
    watcher.see(0, present('a', 'verified'));
    return watcher;
  };

  it('is told when it leaves', () => {
    const event = pinned().see(MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.pin-left', severity: 'high', state: 'open' });
    expect(kindsOf(event)).toEqual(['tag.moved', 'tag.pin-left']);
    expect(event?.watches[0]?.pin).toBe(digest('a'));
  });

  it('is told when it was never there', () => {
    const event = new Watcher({ pin: digest('z') }).see(0, present('a', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.pin-left', alert: true });
  });

  it('is not told on the word of a header', () => {
    const watcher = new Watcher({ pin: digest('z') });
    expect(watcher.see(0, present('a', 'verified', { proven: false }))?.kind).toBe(
      'tag.first-seen',
    );
    expect(watcher.see(MINUTE, present('a'))?.kind).toBe('tag.pin-left');
  });

  it('is told once, and closed when it is back', () => {
    const watcher = pinned();
    watcher.see(MINUTE, present('b', 'verified'));
    expect(watcher.see(MINUTE, present('c', 'verified'))?.kind).toBe('tag.moved');
    const event = watcher.see(MINUTE, present('a', 'verified'));
    expect(kindsOf(event)).toEqual(['tag.moved', 'tag.restored']);
    expect(event).toMatchObject({ severity: 'high', resolves: `${EVENT}2` });
  });

  it('is closed when nobody expects it any more', () => {
    const watcher = pinned();
    watcher.see(MINUTE, present('b', 'verified'));
    watcher.terms = [TERMS];
    const event = watcher.see(MINUTE, present('b'));
    expect(event).toMatchObject({ kind: 'tag.restored', state: 'closed', resolves: `${EVENT}2` });
    expect(event?.changes[0]?.summary).toContain('no longer tied');
  });
});
