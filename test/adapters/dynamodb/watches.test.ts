import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WatchStore } from '../../../lambda/application/ports.ts';
import { unitSortKey } from '../../../lambda/contract/table-schema.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import type { Interval, Unit } from '../../../lambda/domain/watch.ts';
import { aUnit, aWatch } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
let watches: WatchStore;
beforeEach(async () => {
  on = await startStore();
  watches = on.store.watches;
});
afterEach(() => on.close());

describe('watches', () => {
  it('are what was put and not removed', async () => {
    const all = Array.from({ length: 70 }, (_, i) => aWatch({ watchId: `w${i}`, tag: `${i}` }));
    await watches.putWatches(all);
    await watches.putWatches([aWatch({ watchId: 'w7', tag: 'changed' })]);
    await watches.removeWatches(['w8', 'never-was', 'w8']);
    const found = await Array.fromAsync(watches.watches());
    const byId = new Map(found.map((watch) => [watch.watchId, watch]));
    expect(byId.size).toBe(69);
    expect(byId.get('w7')?.tag).toBe('changed');
    expect(byId.get('w9')).toEqual(all[9]);
  });
});

describe('policies', () => {
  const policy = (name: string) => ({ v: 1, name, signedBy: [] }) as unknown as Policy;

  it('are found by hash', async () => {
    await watches.putPolicies(
      new Map([
        ['aa', policy('a')],
        ['bb', policy('b')],
      ]),
    );
    expect(await watches.policies(['bb', 'aa', 'cc', 'bb'])).toEqual(
      new Map([
        ['bb', policy('b')],
        ['aa', policy('a')],
      ]),
    );
    expect(await watches.policies([])).toEqual(new Map());
  });

  it('are never missing because they were left unprocessed', async () => {
    await watches.putPolicies(new Map([['aa', policy('a')]]));
    on.faults.leaveUnprocessed(100, 1);
    await expect(watches.policies(['aa'])).rejects.toMatchObject({ temporary: true });
  });
});

describe('registries', () => {
  it('are the last list, so that a permission does not outlive its line in the watch list', async () => {
    const open = { host: 'corp.example:5000', allowPrivate: true, plainHttp: true };
    const other = { host: 'ghcr.io', allowPrivate: false, plainHttp: false };
    await watches.putRegistries([open, other]);
    expect(await watches.registries()).toEqual([open, other]);
    await watches.putRegistries([other]);
    expect(await watches.registries()).toEqual([other]);
  });
});

describe('units', () => {
  const units = [
    aUnit({ id: 'a', slot: 0 }),
    aUnit({ id: 'b', slot: 3 }),
    aUnit({ id: 'c', slot: 3 }),
    aUnit({ id: 'd', slot: 10, every: 60 }),
    aUnit({ id: 'e', slot: 1, lane: 'docker.io' }),
    aUnit({ id: 'f', slot: 1439, every: 1440 }),
  ];
  const ids = (found: readonly Unit[]) => found.map(({ id }) => id);
  const bySlot = async (every: Interval, from: number, to: number, startAfter?: string) =>
    ids(await Array.fromAsync(watches.unitsBySlot('ghcr.io', every, from, to, startAfter)));

  beforeEach(() => watches.putUnits(units));

  it('are found in all lanes and intervals, and the lanes with them', async () => {
    expect(ids(await Array.fromAsync(watches.units())).sort()).toEqual(ids(units));
    expect(await on.store.lanes.lanes()).toEqual(['docker.io', 'ghcr.io']);
  });

  it('are found by slot, both ends included', async () => {
    expect(await bySlot(5, 0, 4)).toEqual(['a', 'b', 'c']);
    expect(await bySlot(5, 1, 3)).toEqual(['b', 'c']);
    expect(await bySlot(5, 0, 2)).toEqual(['a']);
    expect(await bySlot(60, 10, 10)).toEqual(['d']);
    expect(await bySlot(1440, 0, 1439)).toEqual(['f']);
    expect(await bySlot(5, 4, 3)).toEqual([]);
  });

  it('go on after a key, whether its unit is still there or not', async () => {
    expect(await bySlot(5, 0, 4, unitSortKey({ slot: 0, id: 'a' }))).toEqual(['b', 'c']);
    expect(await bySlot(5, 0, 4, unitSortKey({ slot: 3, id: 'b' }))).toEqual(['c']);
    expect(await bySlot(5, 0, 4, unitSortKey({ slot: 3, id: 'bb' }))).toEqual(['c']);
    expect(await bySlot(5, 0, 4, unitSortKey({ slot: 3, id: 'c' }))).toEqual([]);
  });

  it('are gone when removed, and only those', async () => {
    await watches.removeUnits([aUnit({ id: 'b', slot: 3 })]);
    expect(await bySlot(5, 0, 4)).toEqual(['a', 'c']);
  });

  it('are seen at once, however stale other reads are', async () => {
    on.faults.holdBack('both');
    await watches.putUnits([aUnit({ id: 'new', slot: 4 })]);
    expect(await bySlot(5, 4, 4)).toEqual(['new']);
  });
});
