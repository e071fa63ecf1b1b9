import { AwsFault, type AwsService, json } from './wire.ts';

/** GetQueueAttributes, over the numbers of messages by queue URL. */
export function sqsAttributes(counts: Readonly<Record<string, number>>): AwsService {
  return ({ target, body }) => {
    if (target !== 'AmazonSQS.GetQueueAttributes') return undefined;
    const { QueueUrl = '' } = JSON.parse(body) as { QueueUrl?: string };
    const count = counts[QueueUrl];
    if (count === undefined) {
      throw new AwsFault(
        'com.amazonaws.sqs#QueueDoesNotExist',
        'The specified queue does not exist.',
      );
    }
    return json({ Attributes: { ApproximateNumberOfMessages: String(count) } });
  };
}
