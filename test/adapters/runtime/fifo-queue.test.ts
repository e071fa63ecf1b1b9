import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFifoQueue, type FifoQueue } from '../../../lambda/adapters/runtime/fifo-queue.ts';
import { createQuietLogger } from '../../../lambda/adapters/runtime/logger.ts';
import type { Job, JobMessage } from '../../../lambda/application/ports.ts';
import { MINUTE, SECOND } from '../../../lambda/domain/time.ts';
import { ManualClock, START, settled } from '../../support/world/index.ts';

let clock: ManualClock;
let queue: FifoQueue;
let stop: AbortController;

beforeEach(() => {
  clock = new ManualClock(START);
  queue = createFifoQueue({ clock, log: createQuietLogger(), visibility: MINUTE });
  stop = new AbortController();
});
afterEach(() => stop.abort());

function message(group: string, n: number): JobMessage {
  const body: Job = { v: 1, kind: 'end-of-round', lane: group, round: n, tick: START };
  return { group, deduplicationId: `${group}/${n}`, body };
}

const nameOf = (job: Job) => (job.kind === 'end-of-round' ? `${job.lane}/${job.round}` : job.id);

/** Jobs that were started and end when they are told to. */
function worker(concurrency = 4) {
  const started: string[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const worked = queue.work(
    (job) => {
      started.push(nameOf(job));
      const end = Promise.withResolvers<void>();
      ends.push(end);
      return end.promise;
    },
    { concurrency, signal: stop.signal },
  );
  return { started, ends, worked };
}

describe('when messages of one group wait', () => {
  it('hands them out in order, one at a time', async () => {
    await queue.send([message('a', 1), message('a', 2)]);
    const { started, ends } = worker();
    await settled();
    expect(started).toEqual(['a/1']);
    ends[0]?.resolve();
    await settled();
    expect(started).toEqual(['a/1', 'a/2']);
  });

  it('keeps the second back while the first has failed and waits', async () => {
    await queue.send([message('a', 1), message('a', 2)]);
    const { started, ends } = worker();
    await settled();
    ends[0]?.reject(new Error('no'));
    await settled();
    expect(started).toEqual(['a/1']);
    await clock.advance(10 * SECOND);
    expect(started).toEqual(['a/1', 'a/1']);
  });
});

describe('when several groups wait', () => {
  it('works them side by side up to its concurrency', async () => {
    await queue.send([message('a', 1), message('b', 1), message('c', 1)]);
    const { started, ends } = worker(2);
    await settled();
    expect(started).toEqual(['a/1', 'b/1']);
    ends[1]?.resolve();
    await settled();
    expect(started).toEqual(['a/1', 'b/1', 'c/1']);
  });

  it('takes turns, so that a long one does not starve the others', async () => {
    await queue.send([message('a', 1), message('a', 2), message('a', 3), message('b', 1)]);
    const order: string[] = [];
    void queue.work(async (job) => void order.push(nameOf(job)), {
      concurrency: 1,
      signal: stop.signal,
    });
    await queue.drained(0);
    expect(order.indexOf('b/1')).toBe(1);
  });
});

describe('when nobody acknowledges a message', () => {
  it('comes again after the visibility time, and the late handler no longer counts', async () => {
    await queue.send([message('a', 1), message('a', 2)]);
    const { started, ends } = worker();
    await settled();
    await clock.advance(MINUTE);
    expect(started).toEqual(['a/1', 'a/1']);
    ends[0]?.resolve();
    await settled();
    expect(queue.size).toBe(2);
    ends[1]?.resolve();
    await settled();
    expect(started).toEqual(['a/1', 'a/1', 'a/2']);
  });

  it('gives it up after three receives, and goes on with the next', async () => {
    await queue.send([message('a', 1), message('a', 2)]);
    const { started, ends } = worker();
    for (let n = 0; n < 3; n++) {
      await settled();
      ends[n]?.reject(new Error('no'));
      await settled();
      await clock.advance(10 * SECOND);
    }
    expect(queue.deadLetters.map(({ deduplicationId }) => deduplicationId)).toEqual(['a/1']);
    expect(started.at(-1)).toBe('a/2');
  });
});

describe('when a message is sent twice', () => {
  it('drops the second within five minutes, even if the first was worked', async () => {
    await queue.send([message('a', 1)]);
    void queue.work(async () => {}, { concurrency: 1, signal: stop.signal });
    await queue.drained(0);
    await clock.advance(5 * MINUTE - 1);
    await queue.send([message('a', 1)]);
    expect(queue.size).toBe(0);
    await clock.advance(1);
    await queue.send([message('a', 1)]);
    expect(queue.size).toBe(1);
  });
});

describe('when its worker is stopped', () => {
  it('takes no further message, and leaves what was under way unacknowledged', async () => {
    await queue.send([message('a', 1), message('b', 1)]);
    const { started, ends, worked } = worker(1);
    await settled();
    stop.abort();
    ends[0]?.reject(new Error('aborted'));
    await worked;
    expect(started).toEqual(['a/1']);
    expect(queue.size).toBe(2);
    expect(clock.sleepers).toBe(0);
  });

  it('ends who waits for it to be drained', async () => {
    await queue.send([message('a', 1)]);
    const drained = queue.drained(0, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(drained).rejects.toThrow('stopped');
  });
});

describe('when a handler changes what it was given', () => {
  it('does not change what the next receive sees', async () => {
    await queue.send([message('a', 1)]);
    const seen: string[] = [];
    void queue.work(
      async (job) => {
        seen.push(nameOf(job));
        Object.assign(job, { round: 99 });
        throw new Error('again');
      },
      { concurrency: 1, signal: stop.signal },
    );
    await settled();
    await clock.advance(10 * SECOND);
    expect(seen).toEqual(['a/1', 'a/1']);
  });
});
