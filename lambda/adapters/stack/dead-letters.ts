import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsAccess, clientConfig } from './access.ts';
import { asking } from './errors.ts';

const VISIBLE = 'ApproximateNumberOfMessages';

/** How many messages wait in each queue, as SQS counts them: about. @throws {StackError} */
export async function countMessages(
  access: AwsAccess,
  queueUrls: readonly string[],
): Promise<readonly number[]> {
  // The endpoint is the user's to say, as everywhere else.
  const client = new SQSClient({ ...clientConfig(access), useQueueUrlAsEndpoint: false });
  try {
    return await Promise.all(
      queueUrls.map(async (QueueUrl) => {
        const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [VISIBLE] });
        const { Attributes } = await asking(`count what is in ${QueueUrl}`, () =>
          client.send(command),
        );
        return Number(Attributes?.[VISIBLE] ?? Number.NaN);
      }),
    );
  } finally {
    client.destroy();
  }
}
