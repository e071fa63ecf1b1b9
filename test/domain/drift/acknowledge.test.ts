import { describe, expect, it } from '@jest/globals';
import { type Acknowledgement, acknowledge } from '../../../lambda/domain/drift.ts';
import { DAY, HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import {
  ABSENT,
  digest,
  type Event,
  kindsOf,
  OTHER_POLICY,
  present,
  recordOf,
  TAG_KEY,
  TERMS,
  verification,
  Watcher,
} from './scenario.ts';

/** Somebody has looked at that event, and says that its image is fine. */
function say(watcher: Watcher, event: Event | undefined, reason = 'planned'): Acknowledgement {
  if (event === undefined) throw new Error('there is no event to look at');
  return acknowledge({
    ...{ tagKey: TAG_KEY, registry: 'registry.example', repository: 'shop/api', tag: '1.4' },
    ...{ state: watcher.remembered, terms: watcher.terms, at: watcher.now },
    ...{ event: recordOf(event), reason, request: 'request-1' },
  });
}

/** The same, taken in. */
function ack(watcher: Watcher, event: Event | undefined): Event {
  const decision = say(watcher, event);
  if (decision.kind !== 'commit') throw new Error(JSON.stringify(decision));
  watcher.state = decision.event.after;
  return decision.event;
}

describe('when an immutable tag that has moved is acknowledged', () => {
  it('stays where it is from now on, and the alarm is closed with its severity', () => {
    const watcher = new Watcher({ immutable: true });
    watcher.see(0, present('a', 'verified'));
    const violated = watcher.see(MINUTE, present('b', 'verified'));
    const event = ack(watcher, violated);
    expect(event).toMatchObject({
      ...{ kind: 'tag.acknowledged', severity: 'critical', state: 'closed', alert: true, seq: 3 },
      resolves: `${TAG_KEY}#2`,
      data: { reason: 'planned', acknowledges: `${TAG_KEY}#2`, request: 'request-1' },
    });
    expect(watcher.remembered).toMatchObject({ pinnedTo: digest('b'), open: {} });
    expect(watcher.see(MINUTE, present('b', 'verified'))).toBeUndefined();
    const again = watcher.see(MINUTE, present('a', 'verified'));
    expect(again).toMatchObject({ kind: 'tag.immutable-violated', severity: 'critical' });
  });

  it('ends the violation also after it has come back', () => {
    const watcher = new Watcher({ immutable: true });
    watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('b', 'verified'));
    const back = watcher.see(MINUTE, present('a', 'verified'));
    expect(ack(watcher, back)).toMatchObject({ resolves: `${TAG_KEY}#2` });
    expect(watcher.remembered).toMatchObject({ pinnedTo: digest('a'), open: {} });
  });
});

describe('when a bad signature is acknowledged', () => {
  it('closes the alarm, and leaves the verdict as it is', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    const rejected = watcher.see(MINUTE, present('b', 'broken'));
    expect(ack(watcher, rejected)).toMatchObject({
      ...{ severity: 'critical', state: 'closed', resolves: `${TAG_KEY}#2` },
      now: { verdict: 'rejected' },
    });
    for (const _hour of [1, 2, 3]) {
      expect(watcher.see(HOUR, present('b', 'broken'))).toBeUndefined();
    }
  });

  it('alerts again when the tag moves, also back to it', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    ack(watcher, watcher.see(MINUTE, present('b', 'broken')));
    expect(watcher.see(MINUTE, present('c', 'broken'))?.severity).toBe('critical');
    const back = watcher.see(MINUTE, present('b', 'broken'));
    expect(back).toMatchObject({ kind: 'tag.moved', severity: 'critical', state: 'open' });
    expect(watcher.remembered.acknowledged).toBeUndefined();
  });

  it('alerts again when the verdict becomes worse, and tells when it becomes good', () => {
    const watcher = new Watcher({ signatureGrace: 0 });
    watcher.see(0, present('a', 'verified'));
    ack(watcher, watcher.see(MINUTE, present('b', 'unsigned')));
    const worse = watcher.see(HOUR, present('b', 'broken'));
    expect(worse).toMatchObject({
      kind: 'signature.rejected',
      severity: 'critical',
      state: 'open',
    });
    ack(watcher, worse);
    expect(kindsOf(watcher.see(HOUR, present('b', 'verified')))).toEqual(['signature.gained']);
  });

  it('ends the grace in which a signature was awaited', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    const moved = watcher.see(MINUTE, present('b', 'unsigned'));
    expect(ack(watcher, moved)).toMatchObject({
      ...{ severity: 'medium', state: 'closed', resolves: `${TAG_KEY}#2` },
      now: { verdict: 'unsigned' },
    });
    expect(watcher.remembered.nextCheckAt).toBeUndefined();
    expect(watcher.see(HOUR, present('b', 'unsigned'))).toBeUndefined();
  });

  it('closes everything that is open about the image, each alarm once', () => {
    const watcher = new Watcher({ immutable: true });
    watcher.see(0, present('a', 'verified'));
    const event = ack(watcher, watcher.see(MINUTE, present('b', 'broken')));
    expect(event.changes.map(({ resolves }) => resolves)).toEqual([`${TAG_KEY}#2`]);
    expect(watcher.remembered.open).toEqual({});
  });
});

describe('when a left pin is acknowledged', () => {
  it('is not told again until the tag moves', () => {
    const watcher = new Watcher({ pin: digest('a') });
    watcher.see(0, present('a', 'verified'));
    ack(watcher, watcher.see(MINUTE, present('b', 'verified')));
    expect(watcher.see(DAY, present('b', 'verified'))).toBeUndefined();
    const event = watcher.see(MINUTE, present('c', 'verified'));
    expect(kindsOf(event)).toContain('tag.pin-left');
  });
});

describe('an acknowledgement without an alarm', () => {
  it('is recorded once', () => {
    const watcher = new Watcher();
    const first = watcher.see(0, present('a', 'verified'));
    expect(ack(watcher, first)).toMatchObject({ severity: 'info', state: 'note', alert: true });
    expect(say(watcher, first)).toEqual({ kind: 'already', seq: 2 });
  });

  it('does not end the search for a signature that is being lost', () => {
    const watcher = new Watcher();
    const first = watcher.see(0, present('a', 'verified'));
    watcher.see(HOUR, present('a', 'unsigned'));
    ack(watcher, first);
    expect(watcher.remembered.grace).toMatchObject([{ kind: 'signature.lost' }]);
  });

  it('keeps a long reason within bounds', () => {
    const watcher = new Watcher();
    const decision = say(watcher, watcher.see(0, present('a', 'verified')), 'x'.repeat(5000));
    expect(JSON.stringify(decision)).not.toContain('x'.repeat(501));
  });
});

describe('an acknowledgement is refused', () => {
  it('of what the tag has left: nobody looked at where it is now', () => {
    const watcher = new Watcher();
    const first = watcher.see(0, present('a', 'verified'));
    watcher.see(MINUTE, present('b', 'broken'));
    expect(say(watcher, first)).toEqual({
      kind: 'refused',
      why: expect.stringContaining(`look at ${TAG_KEY}#2, and acknowledge that`),
    });
  });

  it('of an image that only a header names', () => {
    const watcher = new Watcher();
    const seen = present('a', undefined, { proven: false });
    expect(say(watcher, watcher.see(0, seen))).toMatchObject({
      why: expect.stringContaining('no bytes have proved it'),
    });
  });

  it('of a tag that is gone', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'verified'));
    let missing: Event | undefined;
    for (const _look of [1, 2, 3, 4]) missing = watcher.see(15 * MINUTE, ABSENT) ?? missing;
    expect(missing?.kind).toBe('tag.missing');
    expect(say(watcher, missing)).toMatchObject({ why: expect.stringContaining('is not there') });
  });

  it('of what is about no image', () => {
    const watcher = new Watcher();
    const first = watcher.see(0, present('a', 'verified'));
    const { after: _, ...rest } = recordOf(first as Event);
    const decision = acknowledge({
      ...{ tagKey: TAG_KEY, registry: 'registry.example', repository: 'shop/api', tag: '1.4' },
      ...{ state: watcher.remembered, terms: [TERMS], at: watcher.now },
      ...{ event: { ...rest, subject: 'registry:ghcr.io' }, reason: 'x', request: 'r' },
    });
    expect(decision).toMatchObject({
      kind: 'refused',
      why: 'the event is about no image of a tag',
    });
  });
});

describe('with several policies', () => {
  it('closes what they opened, whichever it was', () => {
    const watcher = new Watcher({}, { watchId: 'watch-2', policy: OTHER_POLICY });
    const both = (name: string, kind: 'verified' | 'broken') =>
      present(name, kind, {
        verifications: {
          [TERMS.policy]: verification(kind),
          [OTHER_POLICY]: verification('broken', { policy: OTHER_POLICY }),
        },
      });
    watcher.see(0, both('a', 'verified'));
    const event = ack(watcher, watcher.see(MINUTE, both('b', 'broken')));
    expect(event.state).toBe('closed');
    expect(watcher.remembered.open).toEqual({});
  });
});
