import { TagwardenError } from '../../domain/errors.ts';
import {
  between,
  type Duration,
  laterOf,
  plus,
  SECOND,
  type Timestamp,
} from '../../domain/time.ts';
import type { Writer } from '../apply.ts';
import type { Clock } from '../ports.ts';

export interface Pace {
  readonly clock: Clock;
  readonly bytesPerSecond: number;
  /** Ends the waiting; its reason is thrown before the next write. */
  readonly signal: AbortSignal;
}

/** So much of the pace may be used at once: a small list waits for nothing. */
const BURST: Duration = SECOND;
const FIRST_PAUSE: Duration = SECOND;
const LONGEST_PAUSE: Duration = 30 * SECOND;

/**
 * Writes no faster than a table is sure to take it, and again what it did not take for now: a new
 * table takes 1,000 write units a second in each partition, and one registry's units are in one.
 */
export function pacedWriter({ clock, bytesPerSecond, signal }: Pace): Writer {
  let free: Timestamp = clock.now();
  const inTurn = async (bytes: number) => {
    const turn = laterOf(free, clock.now());
    free = plus(turn, (bytes / bytesPerSecond) * SECOND);
    const wait = between(clock.now(), turn) - BURST;
    if (wait > 0) await clock.sleep(wait, signal);
    signal.throwIfAborted();
  };
  return async (bytes, write) => {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await inTurn(bytes);
      try {
        return await write();
      } catch (thrown) {
        if (!(thrown instanceof TagwardenError) || !thrown.temporary) throw thrown;
        await clock.sleep(pause, signal);
      }
    }
  };
}
