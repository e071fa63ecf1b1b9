import { TagwardenError } from '../../domain/errors.ts';
import { between, type Duration, SECOND } from '../../domain/time.ts';
import type { Clock, RegistryFailure } from '../ports.ts';
import type { JobBudget } from '../scan.ts';
import type { JobContext } from './context.ts';

/** A budget whose `requests` end with its `stopAt`, and with its `signal`. */
export interface StoppingBudget extends JobBudget {
  readonly requests?: AbortSignal;
}

class OutOfTime extends TagwardenError<'OUT_OF_TIME'> implements RegistryFailure {
  readonly reason = 'out-of-time';

  constructor(what: string) {
    super('OUT_OF_TIME', what, { temporary: true });
  }
}

/**
 * Work of many requests, with a signal that aborts it after `limit` or when the job is aborted. Each
 * request has its own deadline, but a registry, or whoever may attach signatures, chooses how many
 * there are: a thousand slow answers would take hours, and the move would never be told.
 */
export async function withDeadline<T>(
  { deps, signal }: JobContext,
  limit: Duration,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const reason = new OutOfTime(`the registry took longer than ${limit / SECOND} s for all of it`);
  return abortingAfter(deps.clock, limit, reason, signal, work);
}

/**
 * Work on a job that stops asking at the budget's `stopAt`. A function that is killed acknowledges
 * nothing: its job comes again after the visibility time, and all that while its lane stands still.
 */
export async function withStop<T>(
  clock: Clock,
  budget: JobBudget,
  work: (budget: StoppingBudget) => Promise<T>,
): Promise<T> {
  const { stopAt, signal } = budget;
  if (stopAt === undefined) return work(budget);
  const left = Math.max(0, between(clock.now(), stopAt));
  const reason = new OutOfTime('the time of the job was over before the registry had answered');
  return abortingAfter(clock, left, reason, signal, (requests) => work({ ...budget, requests }));
}

async function abortingAfter<T>(
  clock: Clock,
  limit: Duration,
  reason: OutOfTime,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const done = new AbortController();
  clock.sleep(limit, done.signal).then(
    () => deadline.abort(reason),
    () => {},
  );
  const signals = [deadline.signal, ...(outer === undefined ? [] : [outer])];
  try {
    return await work(AbortSignal.any(signals));
  } finally {
    done.abort();
  }
}
