import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/** With the role of this process. */
export function sqsClient(
  config: Pick<SQSClientConfig, 'maxAttempts' | 'requestHandler'>,
): SQSClient {
  return new SQSClient(config);
}
