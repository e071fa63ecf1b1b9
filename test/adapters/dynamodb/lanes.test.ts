import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Lane } from '../../../lambda/application/ports.ts';
import { AT } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
beforeEach(async () => {
  on = await startStore();
});
afterEach(() => on.close());

const lane = (rev: number): Lane => ({
  v: 1,
  id: 'ghcr.io',
  through: AT,
  round: rev,
  roundEnded: true,
  rev,
  intervals: [5],
});

describe('a lane', () => {
  it('is absent until it is written', async () => {
    expect(await on.store.lanes.read('ghcr.io')).toBeUndefined();
    expect(await on.store.lanes.lanes()).toEqual([]);
  });

  it('is written by one of two who read the same', async () => {
    const { lanes } = on.store;
    expect(await lanes.write(lane(1), 'absent')).toBe('done');
    expect(await lanes.write(lane(1), 'absent')).toBe('conflict');
    const both = await Promise.all([lanes.write(lane(2), 1), lanes.write(lane(2), 1)]);
    expect(both.sort()).toEqual(['conflict', 'done']);
    expect(await lanes.read('ghcr.io')).toEqual(lane(2));
  });

  it('is not conjured up by an update of one that is not there', async () => {
    expect(await on.store.lanes.write(lane(2), 1)).toBe('conflict');
    expect(await on.store.lanes.read('ghcr.io')).toBeUndefined();
  });
});
