import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../application/ports.ts';
import { type Duration, millisecondsOf, type Timestamp, timestampOf } from '../../domain/time.ts';

/** Node's timers overflow beyond this many milliseconds and would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return {
    now: () => timestampOf(Date.now()),
    sleep: (duration, signal) => realSleep(duration, signal),
  };
}

/**
 * A clock that runs `factor` times as fast, from `start` on: the playground shows in a minute what
 * takes an hour. Everything that waits, waits on it.
 */
export function createAcceleratedClock(options: { factor: number; start: Timestamp }): Clock {
  const startedAt = performance.now();
  const start = millisecondsOf(options.start);
  return {
    now: () => timestampOf(start + (performance.now() - startedAt) * options.factor),
    sleep: (duration, signal) => realSleep(duration / options.factor, signal),
  };
}

async function realSleep(duration: Duration, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    for (let left = duration; left > 0; left -= LONGEST_TIMER) {
      const timer = Math.min(left, LONGEST_TIMER);
      await delay(timer, undefined, signal === undefined ? {} : { signal });
    }
  } catch (thrown) {
    throw signal?.aborted === true ? signal.reason : thrown;
  }
}
