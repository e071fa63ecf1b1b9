import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
beforeEach(async () => {
  on = await startStore();
});
afterEach(() => on.close());

describe('commit', () => {
  it('is one conditional put', async () => {
    on.faults.resetCounts();
    await expect(on.store.events.commit(anEvent())).resolves.toEqual({ kind: 'committed' });
    expect(on.faults.counts).toEqual({ PutItem: 1 });
  });

  it('returns the winner when the number is taken', async () => {
    const winner = anEvent({ commitId: 'theirs' });
    await on.store.events.commit(winner);
    await expect(on.store.events.commit(anEvent({ commitId: 'ours' }))).resolves.toEqual({
      kind: 'collision',
      winner,
    });
  });
});
