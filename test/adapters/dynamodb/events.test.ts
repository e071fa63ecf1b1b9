import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../../lambda/application/ports.ts';
import { KEY } from '../../../lambda/contract/table-schema.ts';
import type { EventRecord } from '../../../lambda/domain/event.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import { AT, aDigest, anEvent, aState, TAG_KEY } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
let events: EventStore;
beforeEach(async () => {
  on = await startStore();
  events = on.store.events;
});
afterEach(() => on.close());

const later = (minutes: number) => plus(AT, minutes * MINUTE);
const seqs = (found: readonly EventRecord[]) => found.map(({ seq }) => seq);
const dueSeqs = async (now: string, limit = 10) =>
  seqs((await events.due(now, limit)).map(({ event }) => event));

async function commitMany(subject: string, count: number): Promise<void> {
  for (let seq = 1; seq <= count; seq++) {
    await events.commit(anEvent({ subject, seq, at: later(seq) }));
  }
}

describe('commit', () => {
  it('is one conditional put with the next state and the mark', async () => {
    await expect(events.commit(anEvent())).resolves.toEqual({ kind: 'committed' });
    expect(on.faults.counts).toEqual({ PutItem: 1 });
    expect(await events.get(TAG_KEY, 1)).toEqual(anEvent());
    expect(await events.marked(TAG_KEY)).toEqual([
      { event: anEvent(), attempts: 0, deliverAfter: AT },
    ]);
  });

  it('returns the winner when the number is taken', async () => {
    const winner = anEvent({ commitId: 'theirs' });
    await events.commit(winner);
    expect(await events.commit(anEvent({ commitId: 'ours' }))).toEqual({
      kind: 'collision',
      winner,
    });
    expect(await events.get(TAG_KEY, 1)).toEqual(winner);
  });

  it('finds the winner although ordinary reads are stale', async () => {
    on.faults.holdBack('both');
    const winner = anEvent({ commitId: 'theirs' });
    await events.commit(winner);
    expect(await events.commit(anEvent({ commitId: 'ours' }))).toEqual({
      kind: 'collision',
      winner,
    });
  });

  it('recognises its own commit when the answer was lost', async () => {
    on.faults.crashAt(1, 'after');
    await expect(events.commit(anEvent())).rejects.toMatchObject({ temporary: true });
    on.faults.revive();
    expect(await events.commit(anEvent())).toEqual({ kind: 'committed' });
  });

  it('leaves nothing when it fails before the put', async () => {
    on.faults.crashAt(1, 'before');
    await expect(events.commit(anEvent())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    on.faults.revive();
    expect(await events.get(TAG_KEY, 1)).toBeUndefined();
    expect(await events.due(later(9), 10)).toEqual([]);
  });

  it('lets exactly one of many win', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `commit-${i}`);
    const results = await Promise.all(ids.map((commitId) => events.commit(anEvent({ commitId }))));
    const winners = ids.filter((_, i) => results[i]?.kind === 'committed');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.kind === 'collision') expect(result.winner.commitId).toBe(winners[0]);
    }
  });

  it('refuses an event over 400 KB before anything is sent', async () => {
    const data = { list: 'x'.repeat(400 * 1024) };
    await expect(events.commit(anEvent({ data }))).rejects.toMatchObject({
      code: 'TOO_LARGE',
      temporary: false,
    });
    expect(on.faults.counts).toEqual({});
  });
});

describe('project', () => {
  it('puts the state and the sightings, any number of times', async () => {
    const event = anEvent();
    await events.project(event);
    await events.project(event);
    expect(await on.store.states.read(TAG_KEY)).toEqual({ kind: 'found', state: event.after });
    expect(await on.store.sightings.of(aDigest(), TAG_KEY)).toHaveLength(1);
  });

  it('never replaces a later state', async () => {
    await events.project(anEvent({ seq: 2 }));
    await events.project(anEvent({ seq: 1 }));
    expect(await on.store.states.read(TAG_KEY)).toMatchObject({ state: { seq: 2 } });
  });

  it('replaces an earlier state that was written again since', async () => {
    await on.store.states.remember(aState({ seq: 1, rev: 9 }), 'absent');
    await events.project(anEvent({ seq: 2 }));
    expect(await on.store.states.read(TAG_KEY)).toMatchObject({ state: { seq: 2 } });
  });

  it('writes no state for an event that is not about a tag', async () => {
    const { after: _, ...event } = anEvent({ subject: 'registry:ghcr.io', sightings: [] });
    await events.project(event);
    expect(on.faults.writes).toBe(0);
  });
});

describe('history', () => {
  it('is newest first, before a number, until a time, up to a limit', async () => {
    await commitMany(TAG_KEY, 5);
    await commitMany(`${TAG_KEY}-other`, 1);
    expect(seqs(await events.history(TAG_KEY, { limit: 10 }))).toEqual([5, 4, 3, 2, 1]);
    expect(seqs(await events.history(TAG_KEY, { limit: 2 }))).toEqual([5, 4]);
    expect(seqs(await events.history(TAG_KEY, { limit: 2, before: 4 }))).toEqual([3, 2]);
    expect(seqs(await events.history(TAG_KEY, { limit: 9, until: later(3) }))).toEqual([3, 2, 1]);
    expect(await events.history(TAG_KEY, { limit: 9, before: 1 })).toEqual([]);
    expect(await events.history(TAG_KEY, { limit: 0 })).toEqual([]);
  });

  it('goes on over pages', async () => {
    await commitMany(TAG_KEY, 120);
    const found = await events.history(TAG_KEY, { limit: 200 });
    expect(seqs(found)).toEqual(Array.from({ length: 120 }, (_, i) => 120 - i));
  });
});

describe('feed', () => {
  it('is newest first across subjects and days, both ends included', async () => {
    const at = ['2026-03-17T23:59:59.999Z', '2026-03-18T00:00:00.000Z', '2026-03-19T12:00:00.000Z'];
    for (const [i, each] of at.entries()) {
      await events.commit(anEvent({ subject: `ghcr.io/acme/app${i}:1`, at: each }));
    }
    const between = async (since: string, until: string) =>
      (await Array.fromAsync(events.feed({ since, until }))).map((event) => event.at);
    expect(await between('2026-03-01T00:00:00.000Z', AT.replace('03', '04'))).toEqual(
      at.toReversed(),
    );
    expect(await between(at[0] ?? '', at[1] ?? '')).toEqual([at[1], at[0]]);
    expect(await between('2026-03-18T00:00:00.001Z', '2026-03-19T11:59:59.999Z')).toEqual([]);
    expect(await between('2026-03-19T12:00:00.000Z', '2026-03-19T11:00:00.000Z')).toEqual([]);
  });

  it('tells events of one millisecond apart', async () => {
    const subjects = Array.from({ length: 60 }, (_, i) => `ghcr.io/acme/app:${i}`);
    await Promise.all(subjects.map((subject) => events.commit(anEvent({ subject }))));
    const found = await Array.fromAsync(events.feed({ since: AT, until: AT }));
    expect(found.map(({ subject }) => subject).sort()).toEqual(subjects.sort());
  });
});

describe('due', () => {
  it('gives marked events whose time has come, oldest first', async () => {
    await commitMany('ghcr.io/acme/a:1', 2);
    await events.commit(anEvent({ subject: 'ghcr.io/acme/b:1', seq: 7, at: later(1.5) }));
    expect(await dueSeqs(later(0.5))).toEqual([]);
    expect(await dueSeqs(later(1.5))).toEqual([1, 7]);
    expect(await dueSeqs(later(5))).toEqual([1, 7, 2]);
    expect(await dueSeqs(later(5), 2)).toEqual([1, 7]);
  });

  it('leaves out what was unmarked, deferred or set aside', async () => {
    await commitMany(TAG_KEY, 4);
    await events.unmark(TAG_KEY, 1);
    await events.defer(TAG_KEY, 2, 3, later(60));
    await events.setAside(TAG_KEY, 3, 'too long');
    expect(await dueSeqs(later(10))).toEqual([4]);
    expect(await events.due(later(60), 10)).toMatchObject([
      { event: { seq: 4 }, attempts: 0 },
      { event: { seq: 2 }, attempts: 3, deliverAfter: later(60) },
    ]);
  });

  it('verifies each hint of an index that lags behind', async () => {
    await commitMany(TAG_KEY, 3);
    on.faults.holdBack('both');
    await events.unmark(TAG_KEY, 1);
    await events.defer(TAG_KEY, 2, 1, later(60));
    expect(await dueSeqs(later(10))).toEqual([3]);
    await on.faults.catchUp();
    expect(await dueSeqs(later(60))).toEqual([3, 2]);
  });

  it('looks behind hints that came to nothing', async () => {
    await commitMany(TAG_KEY, 8);
    on.faults.holdBack('indexes');
    for (let seq = 1; seq <= 7; seq++) await events.unmark(TAG_KEY, seq);
    expect(await dueSeqs(later(10), 1)).toEqual([8]);
  });

  it('leaves an event of a newer program marked, and the others deliverable', async () => {
    await commitMany(TAG_KEY, 2);
    await on.setItemAttribute(KEY.event(TAG_KEY, 1), 'v', { N: '2' });
    expect(await dueSeqs(later(10))).toEqual([2]);
    await expect(events.get(TAG_KEY, 1)).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' });
  });
});

describe('marked', () => {
  it('is consistent, and in order of the numbers whatever was deferred', async () => {
    on.faults.holdBack('both');
    await commitMany(TAG_KEY, 3);
    await events.defer(TAG_KEY, 1, 2, later(60));
    await events.unmark(TAG_KEY, 2);
    expect(await events.marked(TAG_KEY)).toMatchObject([
      { event: { seq: 1 }, attempts: 2, deliverAfter: later(60) },
      { event: { seq: 3 }, attempts: 0, deliverAfter: later(3) },
    ]);
  });

  it('leaves out an event of a newer program, and no other for its sake', async () => {
    await commitMany(TAG_KEY, 3);
    await on.setItemAttribute(KEY.event(TAG_KEY, 2), 'v', { N: '2' });
    expect(await events.marked(TAG_KEY)).toMatchObject([
      { event: { seq: 1 } },
      { event: { seq: 3 } },
    ]);
  });

  it('costs as much as there are marks, not as there is history', async () => {
    await commitMany(TAG_KEY, 30);
    for (let seq = 1; seq <= 29; seq++) await events.unmark(TAG_KEY, seq);
    on.faults.resetCounts();
    expect(await events.marked(TAG_KEY)).toHaveLength(1);
    expect(on.faults.counts).toEqual({ Query: 1, BatchGetItem: 1 });
  });
});

describe('marks', () => {
  it('can be taken away twice, and never make an event that was not there', async () => {
    await events.commit(anEvent());
    await events.unmark(TAG_KEY, 1);
    await events.unmark(TAG_KEY, 1);
    await events.unmark(TAG_KEY, 2);
    await events.setAside(TAG_KEY, 2, 'never was');
    expect(await events.get(TAG_KEY, 2)).toBeUndefined();
    expect(await events.get(TAG_KEY, 1)).toEqual(anEvent());
  });

  it('can be claimed by one at a time, until the claim ends', async () => {
    await events.commit(anEvent());
    const claim = (at: number) => events.claim(TAG_KEY, 1, later(at), later(at + 45));
    expect(await claim(0)).toBe('done');
    expect(await claim(44)).toBe('conflict');
    expect(await claim(45)).toBe('done');
    await events.defer(TAG_KEY, 1, 1, later(60));
    expect(await claim(46)).toBe('done');
    await events.unmark(TAG_KEY, 1);
    expect(await claim(500)).toBe('conflict');
    expect(await events.claim('ghcr.io/never/was:1', 1, later(0), later(1))).toBe('conflict');
    expect(await events.get(TAG_KEY, 1)).toEqual(anEvent());
  });

  it('are not brought back by deferring what another deliverer has delivered', async () => {
    await events.commit(anEvent());
    await events.unmark(TAG_KEY, 1);
    await events.defer(TAG_KEY, 1, 1, later(1));
    expect(await events.marked(TAG_KEY)).toEqual([]);
  });
});
