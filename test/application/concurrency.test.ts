import { describe, expect, it } from '@jest/globals';
import {
  forEachConcurrent,
  inBatches,
  mapConcurrent,
} from '../../lambda/application/concurrency.ts';
import { settled } from '../support/world/index.ts';

/** Counts how far it was read. */
function counted(count: number) {
  const source = {
    taken: 0,
    closed: false,
    async *items() {
      try {
        for (let n = 0; n < count; n++) {
          source.taken++;
          yield n;
        }
      } finally {
        source.closed = true;
      }
    },
  };
  return source;
}

describe('when a stream is worked concurrently', () => {
  it('takes every item once, and never more at a time than its limit', async () => {
    const source = counted(50);
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    await forEachConcurrent(source.items(), 4, async (n) => {
      most = Math.max(most, ++running);
      await settled();
      seen.push(n);
      running--;
    });
    expect(most).toBe(4);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('reads no further ahead than there is room', async () => {
    const source = counted(1000);
    const never = new Promise<void>(() => {});
    void forEachConcurrent(source.items(), 4, () => never);
    void mapConcurrent(source.items(), 4, () => never).next();
    await settled();
    expect(source.taken).toBe(8);
  });

  it('ends with the first failure, when what was under way has settled', async () => {
    const source = counted(1000);
    let done = 0;
    const worked = forEachConcurrent(source.items(), 4, async (n) => {
      if (n === 1) throw new Error('one');
      await settled();
      done++;
    });
    await expect(worked).rejects.toThrow('one');
    expect(done).toBe(3);
    expect(source.taken).toBeLessThan(10);
    expect(source.closed).toBe(true);
  });

  it('ends with the failure of the stream', async () => {
    const broken = async function* () {
      yield 1;
      throw new Error('stream');
    };
    await expect(forEachConcurrent(broken(), 2, async () => {})).rejects.toThrow('stream');
  });

  it('gives results as they come', async () => {
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const results = mapConcurrent([0, 1], 2, async (n) => {
      await ends[n]?.promise;
      return n;
    });
    const first = results.next();
    ends[1]?.resolve();
    expect((await first).value).toBe(1);
    ends[0]?.resolve();
    expect((await results.next()).value).toBe(0);
    expect((await results.next()).done).toBe(true);
  });
});

describe('when something fails while nobody asks for results', () => {
  it('says so to whoever asks next', async () => {
    const results = mapConcurrent([0, 1, 2], 2, async (n) => {
      if (n === 1) throw new Error('one');
      return n;
    });
    expect((await results.next()).value).toBe(0);
    await settled();
    await expect(results.next()).rejects.toThrow('one');
  });
});

describe('when a stream is cut into batches', () => {
  it('keeps the order and drops nothing', async () => {
    expect(await Array.fromAsync(inBatches(counted(5).items(), 2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await Array.fromAsync(inBatches([], 2))).toEqual([]);
  });
});
