import type { Clock } from '../../../lambda/application/ports.ts';
import {
  type Duration,
  millisecondsOf,
  plus,
  type Timestamp,
  timestampOf,
} from '../../../lambda/domain/time.ts';

/** A clock that stands still until it is moved; who sleeps on it wakes when his time has come. */
export class ManualClock implements Clock {
  #now: Timestamp;
  readonly #sleepers = new Map<object, { readonly at: number; readonly wake: () => void }>();

  constructor(start: Timestamp) {
    this.#now = start;
  }

  now(): Timestamp {
    return this.#now;
  }

  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const key = {};
    const abort = () => {
      this.#sleepers.delete(key);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const wake = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    this.#sleepers.set(key, { at: millisecondsOf(this.#now) + duration, wake });
    return promise;
  }

  /** Moves on, waking sleepers one after the other at their times. */
  async advance(duration: Duration): Promise<void> {
    const target = millisecondsOf(plus(this.#now, duration));
    for (;;) {
      const next = [...this.#sleepers]
        .filter(([, { at }]) => at <= target)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (next === undefined) break;
      const [key, { at, wake }] = next;
      this.#sleepers.delete(key);
      this.#now = timestampOf(Math.max(at, millisecondsOf(this.#now)));
      wake();
      await settled();
    }
    this.#now = timestampOf(target);
  }
}

/** Lets everything run that does not wait for the network or a timer. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
