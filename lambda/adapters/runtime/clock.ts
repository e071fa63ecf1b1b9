import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../application/ports.ts';
import { type Duration, timestampOf } from '../../domain/time.ts';

/** Node's timers overflow beyond this many milliseconds and would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Within one millisecond a scan asks for the time many times: it is written out once. */
export function createSystemClock(): Clock {
  let [written, text] = [Number.NaN, ''];
  return {
    now() {
      const now = Date.now();
      if (now !== written) [written, text] = [now, timestampOf(now)];
      return text;
    },
    sleep: (duration, signal) => realSleep(duration, signal),
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
