import { beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '../../../lambda/adapters/dynamodb/index.ts';
import { pacedWriter } from '../../../lambda/application/apply/paced-writer.ts';
import type { Clock } from '../../../lambda/application/ports.ts';
import { plus, SECOND, type Timestamp } from '../../../lambda/domain/time.ts';

let now: Timestamp;
let slept: number;
/** Who sleeps wakes at once, later. */
const clock: Clock = {
  now: () => now,
  sleep: async (duration, signal) => {
    signal?.throwIfAborted();
    slept += duration;
    now = plus(now, duration);
  },
};
const never = new AbortController().signal;

beforeEach(() => {
  now = '2026-03-19T03:00:00.000Z';
  slept = 0;
});

const writer = (signal = never) => pacedWriter({ clock, bytesPerSecond: 1_000, signal });

describe('a paced writer', () => {
  it('lets a little pass at once, and no more than its pace after that', async () => {
    const write = writer();
    for (let n = 0; n < 10; n++) await write(100, async () => {});
    expect(slept).toBe(0);
    for (let n = 0; n < 90; n++) await write(100, async () => {});
    expect(slept).toBeGreaterThan(7.5 * SECOND);
    expect(slept).toBeLessThanOrEqual(9 * SECOND);
  });

  it('never lets one wait for what was not written for long', async () => {
    const write = writer();
    await write(1_000, async () => {});
    now = plus(now, 60 * SECOND);
    await write(1_000, async () => {});
    expect(slept).toBe(0);
  });

  it('writes again what the store does not take for now', async () => {
    let attempts = 0;
    const written = await writer()(1, async () => {
      if (++attempts < 4) throw new StoreError('THROTTLED', 'slow down');
      return 'done';
    });
    expect(written).toBe('done');
    expect(slept).toBeGreaterThanOrEqual(7 * SECOND);
  });

  it('throws at once what will not change by waiting', async () => {
    const denied = writer()(1, () => Promise.reject(new StoreError('DENIED', 'no')));
    await expect(denied).rejects.toMatchObject({ code: 'DENIED' });
    const bug = writer()(1, () => Promise.reject(new TypeError('bug')));
    await expect(bug).rejects.toThrow(TypeError);
    expect(slept).toBe(0);
  });

  it('writes nothing when its time is over', async () => {
    const stop = new AbortController();
    stop.abort(new Error('no time'));
    let written = 0;
    await expect(
      writer(stop.signal)(1, async () => {
        written++;
      }),
    ).rejects.toThrow('no time');
    expect(written).toBe(0);
  });
});
