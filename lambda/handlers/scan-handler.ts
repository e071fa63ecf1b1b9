import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { measuresOfRegistries, measuresOfScan } from '../application/measures.ts';
import { scanJob } from '../application/scan.ts';
import type { ScanFunction } from '../composition/functions/scan.ts';
import { messageOf } from '../domain/errors.ts';
import { jobBudget } from './time-left.ts';

/**
 * Works jobs. What fails is reported as a failure of its message and of those behind it in its lane;
 * the function itself does not fail.
 */
export function createScanHandler(parts: ScanFunction) {
  const processor = new SqsFifoPartialProcessorAsync();
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    parts.log.begin(context);
    return processPartialResponse(
      event,
      (record: SQSRecord) => work(parts, record, context),
      processor,
      {
        context,
        throwOnFullBatchFailure: false,
      },
    );
  };
}

async function work(parts: ScanFunction, record: SQSRecord, context: Context): Promise<void> {
  const { log, meter } = parts;
  const { receiptHandle, messageId, attributes } = record;
  const receives = Number(attributes.ApproximateReceiveCount);
  try {
    const job = parts.read(record.body);
    const totals = await scanJob(await parts.deps(), job, jobBudget(parts.clock, context));
    meter.emit([...measuresOfScan(totals), ...(await parts.trust())]);
  } catch (thrown) {
    log.error('job comes again', { messageId, receives, why: messageOf(thrown) });
    await parts.comeAgain({ receiptHandle, receives }).catch((why) => {
      log.warn('job comes again late', { messageId, why: messageOf(why) });
    });
    throw thrown;
  } finally {
    meter.emit(measuresOfRegistries(parts.use()));
  }
}
