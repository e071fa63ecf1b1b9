import type { Context } from 'aws-lambda';
import { answerRequest } from '../application/answer-request.ts';
import { dispatch } from '../application/dispatch.ts';
import { measuresOfDispatch } from '../application/measures.ts';
import type { DispatchFunction } from '../composition/functions/dispatch.ts';
import { isDispatchRequest } from '../contract/dispatch-request.ts';
import { SECOND } from '../domain/time.ts';
import { beforeEnd } from './time-left.ts';

/**
 * A tick of the schedule, or a request of the command line. The time in a tick's payload is ignored:
 * a late or repeated tick is one at the time when it arrives.
 *
 * @throws when not even the lanes could be listed: the next tick tries again
 */
export function createDispatchHandler({ clock, log, meter, deps }: DispatchFunction) {
  return async (payload: unknown, context: Context): Promise<object> => {
    log.begin(context);
    if (isDispatchRequest(payload)) {
      return answerRequest(deps, payload, beforeEnd(clock, context, 5 * SECOND));
    }
    const report = await dispatch(deps, clock.now());
    meter.emit(measuresOfDispatch(report));
    const { tick, jobs, pending, busy, throttled, stalled } = report;
    const told = { tick, jobs, pending, busy, throttled, stalled, failed: [...report.failed] };
    log.info('tick', told);
    return told;
  };
}
