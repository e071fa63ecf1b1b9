import type { Context } from 'aws-lambda';
import type { Clock } from '../application/ports.ts';
import type { JobBudget } from '../application/scan.ts';
import { type Duration, plus, SECOND, type Timestamp } from '../domain/time.ts';

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>;

/** For what a job does when its tags have ended: its rest, its receipt, the measures. */
const AFTER_TAGS: Duration = 15 * SECOND;
const TAGS_AT_ONCE = 16;

/** A moment so long before the function is killed. */
export function beforeEnd(
  clock: Pick<Clock, 'now'>,
  context: Remaining,
  margin: Duration,
): Timestamp {
  return plus(clock.now(), Math.max(0, context.getRemainingTimeInMillis() - margin));
}

/** Half of what is left for beginning tags, the other half for ending them. */
export function jobBudget(clock: Pick<Clock, 'now'>, context: Remaining): JobBudget {
  return {
    until: plus(clock.now(), context.getRemainingTimeInMillis() / 2),
    stopAt: beforeEnd(clock, context, AFTER_TAGS),
    concurrency: TAGS_AT_ONCE,
  };
}
