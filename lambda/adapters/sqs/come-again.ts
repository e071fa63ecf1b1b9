import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MOST_RECEIVES } from '../../contract/queue.ts';
import { type Duration, SECOND } from '../../domain/time.ts';

/** As much of a received message as its next receive hangs on. */
export interface Received {
  readonly receiptHandle: string;
  /** How often it was received, this time included. */
  readonly receives: number;
}

const FIRST_PAUSE: Duration = 5 * SECOND;
const LONGEST_PAUSE: Duration = 60 * SECOND;

/**
 * Makes a message that could not be worked come again after a pause of its own. Left alone, it would
 * be hidden for the visibility time, which is long for the sake of slow functions, and with it every
 * message of its lane. After its last receive it comes at once: it only waits for its move to the
 * dead letters.
 */
export async function comeAgain(
  { client, queueUrl }: { readonly client: SQSClient; readonly queueUrl: string },
  { receiptHandle, receives }: Received,
): Promise<void> {
  const growing = Math.min(FIRST_PAUSE * 3 ** Math.max(0, receives - 1), LONGEST_PAUSE);
  const seconds = receives >= MOST_RECEIVES ? 0 : Math.ceil(growing / SECOND);
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}
