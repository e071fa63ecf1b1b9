import { messageOf } from '../domain/errors.ts';
import { between, MINUTE } from '../domain/time.ts';
import type { Deps, ProcessDeps } from './deps.ts';
import { dispatch } from './dispatch.ts';
import { DeliveryLoop } from './run/delivery-loop.ts';
import { jobHandler } from './run/job-handler.ts';
import { DEFAULT_LIMITS, type Limits } from './run/limits.ts';
import { recoverLanes } from './run/recover-lanes.ts';
import { tickOf } from './tick.ts';

export { DEFAULT_LIMITS, type Limits } from './run/limits.ts';
export { type RunOptions, type RunReport, runOnce } from './run/run-once.ts';

/**
 * Scheduler, scanner and deliverer in this process until the signal aborts. Then the jobs under way
 * stop without being acknowledged, what they committed is delivered, and the next start sends the
 * rest again.
 */
export async function serve(
  deps: ProcessDeps,
  signal: AbortSignal,
  limits: Limits = DEFAULT_LIMITS,
): Promise<void> {
  const delivery = new DeliveryLoop(deps);
  const serving: ProcessDeps = {
    ...deps,
    onCommit: (event) => {
      deps.onCommit?.(event);
      delivery.wake();
    },
  };
  await recoverLanes(serving);
  const worked = deps.queue.work(jobHandler(serving, limits), {
    concurrency: limits.lanes,
    signal,
  });
  await Promise.all([worked, tickUntil(serving, delivery, signal)]);
  await delivery.finish();
}

async function tickUntil(deps: Deps, delivery: DeliveryLoop, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const now = deps.clock.now();
      const { jobs, busy, throttled } = await dispatch(deps, now);
      deps.log.debug('tick', { jobs, busy, throttled });
    } catch (thrown) {
      deps.log.error('tick failed', { why: messageOf(thrown) });
    }
    delivery.wake();
    await untilNextMinute(deps, signal);
  }
}

async function untilNextMinute({ clock }: Deps, signal: AbortSignal): Promise<void> {
  const now = clock.now();
  try {
    await clock.sleep(MINUTE - between(tickOf(now), now), signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
