import { TagwardenError } from '../../domain/errors.ts';
import { type Duration, SECOND } from '../../domain/time.ts';
import type { RegistryFailure } from '../ports.ts';
import type { JobContext } from './context.ts';

class OutOfTime extends TagwardenError<'OUT_OF_TIME'> implements RegistryFailure {
  readonly reason = 'out-of-time';

  constructor(limit: Duration) {
    super('OUT_OF_TIME', `the registry took longer than ${limit / SECOND} s for all of it`, {
      temporary: true,
    });
  }
}

/**
 * Work of many requests, with a signal that aborts it after `limit` or when the job is aborted. Each
 * request has its own deadline, but a registry, or whoever may attach signatures, chooses how many
 * there are: a thousand slow answers would take hours, and the move would never be told.
 */
export async function withDeadline<T>(
  { deps, budget }: JobContext,
  limit: Duration,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const done = new AbortController();
  deps.clock.sleep(limit, done.signal).then(
    () => deadline.abort(new OutOfTime(limit)),
    () => {},
  );
  const signals = [deadline.signal, ...(budget.signal === undefined ? [] : [budget.signal])];
  try {
    return await work(AbortSignal.any(signals));
  } finally {
    done.abort();
  }
}
