import { messageOf, TagwardenError } from '../../domain/errors.ts';
import { type Duration, MINUTE, plus, SECOND } from '../../domain/time.ts';
import type { Clock, Logger } from '../ports.ts';

/** There is no time left; what was written stays, and the same deployment goes on from there. */
export class ApplyOutOfTimeError extends TagwardenError<'OUT_OF_TIME'> {
  constructor(after: Duration) {
    const minutes = (after / MINUTE).toFixed(1);
    super('OUT_OF_TIME', `the watch list was not applied in ${minutes} min; deploy again to go on`);
  }
}

/** A role that was just granted something may be refused it for so long. */
const GRANT_DELAY: Duration = MINUTE;
const GRANT_PAUSE: Duration = 5 * SECOND;

/**
 * Work that ends in that time, well or not: also when something hangs that hears of no signal.
 *
 * @throws {ApplyOutOfTimeError} and what the work throws
 */
export async function inTime<T>(
  clock: Clock,
  limit: Duration,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const done = new AbortController();
  const over = clock.sleep(limit, done.signal).then(() => {
    const reason = new ApplyOutOfTimeError(limit);
    deadline.abort(reason);
    throw reason;
  });
  try {
    return await Promise.race([over, work(deadline.signal)]);
  } finally {
    over.catch(() => {});
    done.abort();
  }
}

/**
 * Work that may not be allowed yet: IAM is eventually consistent, and the role was made moments ago,
 * by the same deployment.
 */
export async function whenGranted<T>(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const until = plus(clock.now(), GRANT_DELAY);
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const denied = thrown instanceof TagwardenError && thrown.code === 'DENIED';
      if (!denied || clock.now() >= until) throw thrown;
      log.warn('not allowed yet', { why: messageOf(thrown) });
      await clock.sleep(GRANT_PAUSE, signal);
    }
  }
}
