import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import { backlogOf } from '../application/deliver/backlog.ts';
import { deliver, deliverOnly } from '../application/deliver.ts';
import { measuresOfBacklog, measuresOfDelivery } from '../application/measures.ts';
import type { DeliverFunction } from '../composition/functions/deliver.ts';
import { messageOf } from '../domain/errors.ts';
import { SECOND } from '../domain/time.ts';
import { subjectsIn } from './stream-subjects.ts';
import { beforeEnd } from './time-left.ts';

/** A publish that has begun may take this long. */
const MARGIN = 20 * SECOND;

/**
 * Woken by the table's stream for the subjects in it, and by the schedule for everything that is due.
 * A record is a wake-up and nothing else: it is acknowledged whatever becomes of it, because one that
 * fails for ever would hold up its shard, and the next sweep finds what it was about.
 *
 * @throws only on a sweep, when what is due cannot be listed
 */
export function createDeliverHandler({ clock, log, meter, deps }: DeliverFunction) {
  return async (event: unknown, context: Context): Promise<DynamoDBBatchResponse | object> => {
    log.begin(context);
    const options = { until: beforeEnd(clock, context, MARGIN) };
    const subjects = subjectsIn(event, log);
    if (subjects !== undefined) {
      try {
        meter.emit(
          measuresOfDelivery(await deliverOnly(await deps(), subjects, clock.now(), options)),
        );
      } catch (thrown) {
        log.error('left to the sweep', { why: messageOf(thrown) });
      }
      return { batchItemFailures: [] };
    }
    const parts = await deps();
    const report = await deliver(parts, clock.now(), options);
    const backlog = await backlogOf(parts, clock.now());
    meter.emit([...measuresOfDelivery(report), ...measuresOfBacklog(backlog)]);
    log.info('sweep', { ...report, ...backlog });
    return { ...report, ...backlog };
  };
}
