import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, plus } from '../../../lambda/domain/time.ts';
import {
  ABSENT,
  DENIED,
  digest,
  kindsOf,
  present,
  type Seen,
  START,
  TIMEOUT,
  Watcher,
} from './scenario.ts';

const EVENT = 'registry.example/shop/api:1.4#';

function seen(): Watcher {
  const watcher = new Watcher();
  watcher.see(0, present('a', 'verified'));
  return watcher;
}

function missing(): Watcher {
  const watcher = seen();
  for (const after of [5, 15, 15]) watcher.see(after * MINUTE, ABSENT);
  return watcher;
}

function closedToUs(): Watcher {
  const watcher = seen();
  for (const after of [5, 5, 5]) watcher.see(after * MINUTE, DENIED);
  return watcher;
}

describe('when a tag is answered with "not found"', () => {
  it('is missing after three answers over half an hour', () => {
    const watcher = seen();
    expect(watcher.see(5 * MINUTE, ABSENT)).toBeUndefined();
    expect(watcher.remembered.nextCheckAt).toBe(plus(watcher.now, 15 * MINUTE));
    expect(watcher.see(15 * MINUTE, ABSENT)).toBeUndefined();
    const event = watcher.see(15 * MINUTE, ABSENT);
    expect(event).toMatchObject({
      kind: 'tag.missing',
      severity: 'high',
      state: 'open',
      was: { digest: digest('a') },
    });
    expect(event?.now).toBeUndefined();
    expect(watcher.remembered).toMatchObject({ presence: 'missing', digest: digest('a') });
  });

  it('is not missing after many answers in a short time', () => {
    const watcher = seen();
    for (let minute = 0; minute < 29; minute++) expect(watcher.see(MINUTE, ABSENT)).toBeUndefined();
  });

  it('does not count an answer that was handled twice', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, ABSENT);
    watcher.see(0, ABSENT);
    expect(watcher.decision.kind).toBe('nothing');
  });

  it('is told once', () => {
    const watcher = missing();
    expect(watcher.see(HOUR, ABSENT)).toBeUndefined();
    expect(watcher.decision.kind).toBe('nothing');
  });

  for (const canary of ['failed', 'not-asked'] as const) {
    it(`is a failed check when nothing else of the repository answered (${canary})`, () => {
      const watcher = seen();
      watcher.see(5 * MINUTE, { ...ABSENT, canary } as Seen);
      expect(watcher.remembered.suspicion).toBeUndefined();
      expect(watcher.see(HOUR, { ...ABSENT, canary } as Seen)?.kind).toBe('watch.failing');
    });
  }

  it('starts again when it was there in between', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, ABSENT);
    watcher.see(15 * MINUTE, present('a'));
    expect(watcher.remembered.suspicion).toBeUndefined();
    expect(watcher.see(15 * MINUTE, ABSENT)).toBeUndefined();
  });

  it('keeps counting over a check that found nothing out', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, ABSENT);
    watcher.see(15 * MINUTE, ABSENT);
    watcher.see(15 * MINUTE, TIMEOUT);
    expect(watcher.see(MINUTE, ABSENT)?.kind).toBe('tag.missing');
  });
});

describe('when a missing tag is there again', () => {
  it('is restored with the severity of its loss', () => {
    const event = missing().see(HOUR, present('a'));
    expect(event).toMatchObject({
      kind: 'tag.restored',
      severity: 'high',
      state: 'closed',
      resolves: `${EVENT}2`,
    });
  });

  it('has moved when it was created anew', () => {
    const watcher = missing();
    const event = watcher.see(HOUR, present('b', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.moved', severity: 'high', resolves: `${EVENT}2` });
    expect(kindsOf(event)).toEqual(['tag.moved', 'tag.restored']);
    expect(watcher.remembered).toMatchObject({
      presence: 'present',
      digest: digest('b'),
      open: {},
    });
  });

  it('has had the final verdict of its grace, which went on', () => {
    const watcher = new Watcher();
    watcher.see(0, present('a', 'unsigned'));
    for (const after of [1, 1, 30]) watcher.see(after * MINUTE, ABSENT);
    expect(kindsOf(watcher.events.at(-1))).toEqual(['tag.missing', 'tag.first-seen']);
    const event = watcher.see(MINUTE, present('a', 'unsigned'));
    expect(kindsOf(event)).toEqual(['tag.restored']);
    expect(event).toMatchObject({ severity: 'high', now: { verdict: 'unsigned' } });
  });

  it('goes on with the confirmation of a lost signature, which needs no look meanwhile', () => {
    const watcher = seen();
    watcher.see(MINUTE, present('a', 'unsigned'));
    for (const after of [5, 15, 15]) watcher.see(after * MINUTE, ABSENT);
    expect(watcher.remembered.nextCheckAt).toBeUndefined();
    watcher.see(MINUTE, present('a', 'unsigned'));
    expect(watcher.see(MINUTE, present('a', 'unsigned'))?.kind).toBe('signature.lost');
  });
});

describe('when access is denied', () => {
  it('is lost after three answers, and never called deleted', () => {
    const watcher = closedToUs();
    expect(watcher.events.at(-1)).toMatchObject({ kind: 'tag.access-lost', severity: 'medium' });
    expect(watcher.remembered).toMatchObject({ presence: 'access-lost', digest: digest('a') });
    expect(watcher.see(MINUTE, DENIED)).toBeUndefined();
  });

  it('is looked at again soon', () => {
    const watcher = seen();
    watcher.see(MINUTE, DENIED);
    expect(watcher.remembered.nextCheckAt).toBe(plus(watcher.now, 5 * MINUTE));
  });

  it('is restored by an answer', () => {
    const event = closedToUs().see(MINUTE, present('a'));
    expect(event).toMatchObject({
      kind: 'tag.access-restored',
      severity: 'medium',
      resolves: `${EVENT}2`,
    });
  });

  it('gives way to "missing" when the registry says so in the end', () => {
    const watcher = closedToUs();
    for (const after of [5, 15]) expect(watcher.see(after * MINUTE, ABSENT)).toBeUndefined();
    const event = watcher.see(15 * MINUTE, ABSENT);
    expect(kindsOf(event)).toEqual(['tag.missing', 'tag.access-restored']);
    expect(Object.keys(watcher.remembered.open)).toEqual(['tag.missing']);
  });

  it('is a failed check on a tag that is missing', () => {
    const watcher = missing();
    expect(watcher.see(5 * MINUTE, DENIED)).toBeUndefined();
    expect(watcher.remembered).toMatchObject({
      presence: 'missing',
      failing: { reason: 'denied' },
    });
    watcher.see(5 * MINUTE, ABSENT);
    expect(watcher.remembered.failing).toBeUndefined();
  });

  it.each([
    [[ABSENT, DENIED, ABSENT, DENIED]],
    [[DENIED, ABSENT, DENIED]],
    [[ABSENT, ABSENT, DENIED]],
  ])('is lost too when the registry says "not found" in turn', (answers) => {
    const watcher = seen();
    for (const answer of answers) watcher.see(15 * MINUTE, answer);
    expect(watcher.events.map(({ kind }) => kind)).toEqual(['tag.first-seen', 'tag.access-lost']);
  });

  it('is never "missing" while "denied" comes in between', () => {
    const watcher = seen();
    for (let round = 0; round < 20; round++) {
      watcher.see(15 * MINUTE, ABSENT);
      watcher.see(15 * MINUTE, DENIED);
    }
    expect(watcher.remembered.presence).toBe('access-lost');
    expect(watcher.events).toHaveLength(2);
  });

  it('does not count two answers to one job', () => {
    const watcher = seen();
    for (const answer of [DENIED, ABSENT, DENIED]) watcher.see(0, answer);
    expect(watcher.events).toHaveLength(1);
  });
});

describe('when checks find nothing out', () => {
  it('is one write, and one event after an hour', () => {
    const watcher = seen();
    expect(watcher.see(5 * MINUTE, TIMEOUT)).toBeUndefined();
    expect(watcher.decision.kind).toBe('remember');
    for (let check = 2; check < 12; check++) {
      expect(watcher.see(5 * MINUTE, TIMEOUT)).toBeUndefined();
      expect(watcher.decision.kind).toBe('nothing');
    }
    const event = watcher.see(5 * MINUTE, TIMEOUT);
    expect(event).toMatchObject({ kind: 'watch.failing', severity: 'medium', state: 'open' });
    expect(event?.changes[0]?.summary).toContain(START);
    expect(watcher.see(5 * MINUTE, TIMEOUT)).toBeUndefined();
  });

  it('waits three intervals when they are longer than an hour', () => {
    const watcher = new Watcher({ every: 60 }, { every: 360, watchId: 'w2' });
    watcher.see(0, present('a', 'verified'));
    watcher.see(HOUR, TIMEOUT);
    expect(watcher.see(HOUR, TIMEOUT)).toBeUndefined();
    expect(watcher.see(HOUR, TIMEOUT)?.kind).toBe('watch.failing');
  });

  it('is not blamed for the time in which nobody looked', () => {
    const watcher = seen();
    expect(watcher.see(24 * HOUR, TIMEOUT)).toBeUndefined();
    expect(watcher.remembered.failing?.since).toBe(watcher.now);
  });

  it('counts from the first failure when no success is known', () => {
    const watcher = seen();
    const decision = watcher.decide(TIMEOUT);
    expect(decision).toMatchObject({ state: { failing: { since: watcher.now } } });
  });

  it('recovers without a word before it was told', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, TIMEOUT);
    expect(watcher.see(5 * MINUTE, present('a'))).toBeUndefined();
    expect(watcher.remembered.failing).toBeUndefined();
  });

  it('closes its event after it was told', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, TIMEOUT);
    watcher.see(HOUR, TIMEOUT);
    const event = watcher.see(5 * MINUTE, present('a'));
    expect(event).toMatchObject({
      kind: 'watch.recovered',
      severity: 'medium',
      state: 'closed',
      resolves: `${EVENT}2`,
    });
  });

  it('ends with an answer, also when that is "not found"', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, TIMEOUT);
    watcher.see(HOUR, TIMEOUT);
    expect(watcher.see(5 * MINUTE, ABSENT)?.kind).toBe('watch.recovered');
  });

  it('is told with a move that it hid', () => {
    const watcher = seen();
    watcher.see(5 * MINUTE, TIMEOUT);
    watcher.see(HOUR, TIMEOUT);
    const event = watcher.see(5 * MINUTE, present('b', 'verified'));
    expect(event).toMatchObject({ kind: 'tag.moved', severity: 'medium', state: 'closed' });
    expect(kindsOf(event)).toEqual(['tag.moved', 'watch.recovered']);
  });

  it.each([TIMEOUT, ABSENT, DENIED])('holds for a tag that was never seen', (answer) => {
    const watcher = new Watcher();
    expect(watcher.see(0, answer)).toBeUndefined();
    expect(watcher.remembered).toMatchObject({ seq: 0, rev: 1, presence: 'unknown' });
    expect(watcher.see(HOUR, answer)).toMatchObject({ kind: 'watch.failing', seq: 1 });
    const event = watcher.see(HOUR, present('a', 'unsigned'));
    expect(event).toMatchObject({ kind: 'tag.first-seen', resolves: `${EVENT}1` });
  });

  it('shortens what the registry said', () => {
    const watcher = seen();
    watcher.see(MINUTE, { ...TIMEOUT, detail: '😀'.repeat(5000) } as Seen);
    const detail = watcher.remembered.failing?.detail ?? '';
    expect(detail.length).toBeLessThan(500);
    expect(detail.isWellFormed()).toBe(true);
  });
});

describe('when the remembered digest was last in place', () => {
  const before = plus(START, HOUR);
  /** Looked at all along; at `before` for the last time with its digest. */
  const inPlace = () => {
    const watcher = seen();
    watcher.see(HOUR, present('a'));
    return watcher;
  };

  it('is before the first "not found", whatever was done since', () => {
    const watcher = inPlace();
    for (const after of [5, 15]) watcher.see(after * MINUTE, ABSENT);
    expect(watcher.see(15 * MINUTE, ABSENT)).toMatchObject({
      kind: 'tag.missing',
      lastUnchanged: before,
    });
    expect(watcher.see(HOUR, present('b', 'verified'))).toMatchObject({
      kind: 'tag.moved',
      lastUnchanged: before,
    });
    expect(watcher.remembered.lastInPlace).toBeUndefined();
  });

  it('is before the first "denied"', () => {
    const watcher = inPlace();
    for (const after of [5, 5]) watcher.see(after * MINUTE, DENIED);
    expect(watcher.see(5 * MINUTE, DENIED)).toMatchObject({
      kind: 'tag.access-lost',
      lastUnchanged: before,
    });
  });

  it('is before the first failure, also when an answer came after that', () => {
    const watcher = inPlace();
    for (const answer of [TIMEOUT, ABSENT, TIMEOUT, ABSENT]) watcher.see(15 * MINUTE, answer);
    expect(watcher.see(MINUTE, present('b', 'verified'))).toMatchObject({ lastUnchanged: before });
  });

  it('starts anew when it was in place again', () => {
    const watcher = inPlace();
    watcher.see(MINUTE, TIMEOUT);
    watcher.see(MINUTE, present('a'));
    expect(watcher.remembered.lastInPlace).toBeUndefined();
    const last = watcher.now;
    expect(watcher.see(MINUTE, present('b', 'verified'))).toMatchObject({ lastUnchanged: last });
  });

  it('is when it was first seen, if no check since then is known', () => {
    const watcher = inPlace();
    const decision = watcher.decide(ABSENT);
    expect(decision).toMatchObject({ state: { lastInPlace: START } });
  });
});
