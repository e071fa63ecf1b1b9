import { SNSClient } from '@aws-sdk/client-sns';
import { createChatPublisher, createSnsPublisher, publishToAll } from '../../adapters/sns/index.ts';
import type { DeliverDeps } from '../../application/deliver.ts';
import type { Publisher } from '../../application/ports.ts';
import type { FunctionSettings } from '../../settings/functions.ts';
import { CLIENT, type Common, openCommon } from './common.ts';

export interface DeliverFunction extends Pick<Common, 'clock' | 'log' | 'meter'> {
  /** Asks the store for its id, once: alerts bear it. @throws when the store cannot be read */
  readonly deps: () => Promise<DeliverDeps>;
}

export function composeDeliver(settings: FunctionSettings<'deliver'>): DeliverFunction {
  const { clock, log, meter, store } = openCommon(settings);
  const publisher = publisherOf(settings);
  let known: string | undefined;
  const deps = async (): Promise<DeliverDeps> => {
    known ??= await store.id();
    return { clock, log, publisher, events: store.events, storeId: known };
  };
  return { clock, log, meter, deps };
}

function publisherOf({ topicArn, chatTopicArn }: FunctionSettings<'deliver'>): Publisher {
  const client = new SNSClient(CLIENT);
  const alerts = createSnsPublisher({ client, topicArn });
  if (chatTopicArn === undefined) return alerts;
  return publishToAll([alerts, createChatPublisher({ client, topicArn: chatTopicArn })]);
}
