import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StateStore } from '../../../lambda/application/ports.ts';
import { KEY } from '../../../lambda/contract/table-schema.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import { AT, aState, TAG_KEY } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
let states: StateStore;
beforeEach(async () => {
  on = await startStore();
  states = on.store.states;
});
afterEach(() => on.close());

const later = (minutes: number) => plus(AT, minutes * MINUTE);
const keysOf = async (found: AsyncIterable<{ tagKey: string }>) =>
  (await Array.fromAsync(found)).map(({ tagKey }) => tagKey);

describe('readMany', () => {
  it('answers for every key, found or absent, however many', async () => {
    const keys = Array.from({ length: 230 }, (_, i) => `ghcr.io/acme/app:${i}`);
    const there = keys.filter((_, i) => i % 2 === 0);
    await Promise.all(there.map((tagKey) => states.remember(aState({ tagKey }), 'absent')));
    on.faults.resetCounts();
    const found = await states.readMany([...keys, ...keys]);
    expect(on.faults.counts).toEqual({ BatchGetItem: 3 });
    expect([...found.keys()].sort()).toEqual(keys.sort());
    for (const key of keys) {
      const expected = there.includes(key)
        ? { kind: 'found', state: aState({ tagKey: key }) }
        : { kind: 'absent' };
      expect(found.get(key)).toEqual(expected);
    }
  });

  it('asks again for what was left unprocessed', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => `ghcr.io/acme/app:${i}`);
    await Promise.all(keys.map((tagKey) => states.remember(aState({ tagKey }), 'absent')));
    on.faults.leaveUnprocessed(4);
    const found = await states.readMany(keys);
    expect([...found.values()].every(({ kind }) => kind === 'found')).toBe(true);
  });

  it('calls unread, never absent, what stays unprocessed', async () => {
    await states.remember(aState(), 'absent');
    on.faults.leaveUnprocessed(100, 1);
    const found = await states.readMany([TAG_KEY, 'ghcr.io/acme/none:1']);
    expect([...found.values()]).toEqual([
      { kind: 'unread', detail: expect.stringContaining('unprocessed') },
      { kind: 'unread', detail: expect.stringContaining('unprocessed') },
    ]);
  });

  it('calls unread what a newer program wrote or what cannot be read, and reads the others', async () => {
    const keys = [0, 1, 2, 3].map((i) => `ghcr.io/acme/app:${i}`);
    for (const tagKey of keys) await states.remember(aState({ tagKey }), 'absent');
    await on.setItemAttribute(KEY.state(keys[0] ?? ''), 'v', { N: '2' });
    await on.setItemAttribute(KEY.state(keys[1] ?? ''), 'doc', { S: '{"half' });
    await on.setItemAttribute(KEY.state(keys[2] ?? ''), 'doc', { S: JSON.stringify(aState()) });
    const found = await states.readMany(keys);
    expect([...found.values()]).toMatchObject([
      { kind: 'unread', detail: expect.stringContaining('version 2') },
      { kind: 'unread', detail: expect.stringContaining('not JSON') },
      { kind: 'unread', detail: expect.stringContaining('not the document of that key') },
      { kind: 'found' },
    ]);
  });

  it('keeps fields that it does not know', async () => {
    const state = { ...aState(), fromTheFuture: { deep: [1] } };
    await states.remember(state, 'absent');
    expect(await states.read(TAG_KEY)).toEqual({ kind: 'found', state });
  });

  it('fails as a whole, temporarily, when it is throttled', async () => {
    on.faults.throttle(1);
    await expect(states.readMany([TAG_KEY])).rejects.toMatchObject({
      code: 'THROTTLED',
      temporary: true,
    });
  });
});

describe('read', () => {
  it('sees what was just written although other reads do not', async () => {
    on.faults.holdBack('reads');
    await states.remember(aState(), 'absent');
    expect(await states.read(TAG_KEY)).toMatchObject({ kind: 'found' });
    expect((await states.readMany([TAG_KEY])).get(TAG_KEY)).toEqual({ kind: 'absent' });
  });
});

describe('remember', () => {
  it('writes only on the number and revision that were read', async () => {
    expect(await states.remember(aState({ seq: 3, rev: 5 }), 'absent')).toBe('done');
    const next = aState({ seq: 3, rev: 6, presence: 'missing' });
    expect(await states.remember(next, 'absent')).toBe('conflict');
    expect(await states.remember(next, { seq: 3, rev: 4 })).toBe('conflict');
    expect(await states.remember(next, { seq: 2, rev: 5 })).toBe('conflict');
    expect(await states.remember(next, { seq: 3, rev: 5 })).toBe('done');
    expect(await states.read(TAG_KEY)).toEqual({ kind: 'found', state: next });
  });
});

describe('ofRepository', () => {
  it('gives the tags of that repository in order, over pages', async () => {
    const tags = Array.from({ length: 130 }, (_, i) => `1.${String(i).padStart(3, '0')}`);
    const puts = [...tags.map((tag) => `ghcr.io/acme/app:${tag}`), 'ghcr.io/acme/app2:1'];
    await Promise.all(puts.map((tagKey) => states.remember(aState({ tagKey }), 'absent')));
    expect(await keysOf(states.ofRepository('ghcr.io/acme/app'))).toEqual(puts.slice(0, -1));
  });
});

describe('pending', () => {
  it('gives what is due to be looked at again, soonest first', async () => {
    const plan = { a: later(2), b: later(1), c: later(9), d: undefined };
    for (const [name, nextCheckAt] of Object.entries(plan)) {
      const state = aState({
        tagKey: `ghcr.io/acme/${name}:1`,
        ...(nextCheckAt && { nextCheckAt }),
      });
      await states.remember(state, 'absent');
    }
    expect(await keysOf(states.pending(later(2)))).toEqual([
      'ghcr.io/acme/b:1',
      'ghcr.io/acme/a:1',
    ]);
  });

  it('believes the item, not an index that lags behind', async () => {
    await states.remember(aState({ nextCheckAt: later(1) }), 'absent');
    on.faults.holdBack('both');
    const { nextCheckAt: _, ...done } = aState({ rev: 2 });
    await states.remember(done, { seq: 1, rev: 1 });
    expect(await keysOf(states.pending(later(5)))).toEqual([]);
  });

  it('gives a tag once that has an old row and a new one', async () => {
    await states.remember(aState({ nextCheckAt: later(1) }), 'absent');
    on.faults.holdBack('indexes');
    await states.remember(aState({ rev: 2, nextCheckAt: later(2) }), { seq: 1, rev: 1 });
    expect(await keysOf(states.pending(later(5)))).toEqual([TAG_KEY]);
    await on.faults.catchUp();
    expect(await keysOf(states.pending(later(5)))).toEqual([TAG_KEY]);
  });
});
