import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Cloud } from './cloud.ts';
import { HOST } from './hosts.ts';
import { type Patience, until } from './until.ts';

/** An alert as it arrived: the CloudEvent, and what filter policies saw of it. */
export interface Alert {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly [extension: string]: unknown;
}

/** `tag.moved` of `dev.tagwarden.tag.moved.v1`. */
export function kindOf({ type }: Alert): string {
  return type.replace(/^dev\.tagwarden\.(.+)\.v1$/, '$1');
}

/** Whether an alert is about that tag of the registry, such as `shop/api:1.4`. */
export function isAbout(name: string): (alert: Alert) => boolean {
  return ({ subject }) => subject === `${HOST}/${name}`;
}

/** Whether an alert says that this tag now points at that digest. */
export function isNow(name: string, digest: string): (alert: Alert) => boolean {
  return (alert) => {
    const now = alert.data.now as { readonly digest?: string } | undefined;
    return isAbout(name)(alert) && now?.digest === digest;
  };
}

/** A queue of a subscriber: everything that ever arrived in it, in that order. */
export class Inbox {
  readonly arn: string;
  readonly #cloud: Cloud;
  readonly #url: string;
  readonly #alerts: Alert[] = [];

  private constructor(cloud: Cloud, url: string, arn: string) {
    this.#cloud = cloud;
    this.#url = url;
    this.arn = arn;
  }

  /** Makes the queue, to which the topic may send. */
  static async open(cloud: Cloud, name: string, topicArn: string): Promise<Inbox> {
    const { queues } = cloud;
    const { QueueUrl = '' } = await queues.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes = {} } = await queues.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const arn = Attributes.QueueArn ?? '';
    const Policy = JSON.stringify(policyFor(arn, topicArn));
    await queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    return new Inbox(cloud, QueueUrl, arn);
  }

  /** All that has arrived until now. */
  async alerts(): Promise<readonly Alert[]> {
    while (await this.#receive());
    return this.#alerts;
  }

  /** Waits for one that is like this, among all that ever arrived. */
  wait(
    what: string,
    like: (alert: Alert) => boolean,
    patience: Patience = { within: 30_000 },
  ): Promise<Alert> {
    return until(what, patience, async () => (await this.alerts()).find(like));
  }

  async #receive(): Promise<boolean> {
    const { QueueUrl, queues } = { QueueUrl: this.#url, queues: this.#cloud.queues };
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return false;
    for (const { Body = '' } of Messages) this.#alerts.push(alertOf(Body));
    const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    await queues.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return true;
  }
}

/** In SNS's envelope, or as it is. */
function alertOf(body: string): Alert {
  const received = JSON.parse(body);
  return received.Type === 'Notification' ? JSON.parse(received.Message) : received;
}

function policyFor(queueArn: string, topicArn: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  };
}
