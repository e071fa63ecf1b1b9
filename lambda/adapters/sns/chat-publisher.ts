import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Publisher } from '../../application/ports.ts';

/** Publishes the notifications that chat channels show. */
export function createChatPublisher(options: {
  readonly client: SNSClient;
  readonly topicArn: string;
}): Publisher {
  return {
    publish: async ({ chat }) => {
      await options.client.send(new PublishCommand({ TopicArn: options.topicArn, Message: chat }));
    },
  };
}
