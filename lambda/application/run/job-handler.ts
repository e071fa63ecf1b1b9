import { plus } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import type { Job } from '../ports.ts';
import { scanJob } from '../scan.ts';
import type { Limits } from './limits.ts';

/** What a worker of the queue inside this process does with a message. */
export function jobHandler(
  deps: Deps,
  limits: Limits,
): (job: Job, signal: AbortSignal) => Promise<void> {
  return async (job, signal) => {
    const until = plus(deps.clock.now(), limits.jobTime);
    await scanJob(deps, job, { until, concurrency: limits.tags, signal });
  };
}
