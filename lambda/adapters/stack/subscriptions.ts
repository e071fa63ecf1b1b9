import {
  ConfirmSubscriptionCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  type Subscription as SnsSubscription,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { mapConcurrent } from '../../application/concurrency.ts';
import type { FilterPolicy, Protocol } from '../../domain/alert/subscription.ts';
import { type AwsAccess, clientConfig } from './access.ts';
import { asking, StackError } from './errors.ts';

export interface Subscription {
  readonly endpoint: string;
  readonly protocol: string;
  /** Absent until the endpoint has confirmed. */
  readonly arn?: string;
  /** Absent where everything is admitted; `unreadable` where another account owns the subscription. */
  readonly filter?: Readonly<Record<string, unknown>> | 'unreadable';
}

export interface NewSubscription {
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly policy?: FilterPolicy;
}

/** The subscriptions of one topic, with the user's own credentials. */
export interface Subscriptions {
  list(): Promise<readonly Subscription[]>;
  /** @returns the ARN; undefined while it waits for its confirmation */
  add(subscription: NewSubscription): Promise<string | undefined>;
  setFilter(arn: string, policy: FilterPolicy | undefined): Promise<void>;
  /** With authenticated unsubscribe: the link in an alert that was passed on ends nobody's alerts. */
  confirm(token: string): Promise<string>;
  remove(arn: string): Promise<void>;
  close(): void;
}

/** Of the requests for filters of a long list. */
const AT_ONCE = 8;
const EVERYTHING = '{}';

export function createSubscriptions(access: AwsAccess, topicArn: string): Subscriptions {
  return new SnsSubscriptions(new SNSClient(clientConfig(access)), topicArn);
}

class SnsSubscriptions implements Subscriptions {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async list(): Promise<readonly Subscription[]> {
    const found = mapConcurrent(this.#pages(), AT_ONCE, (each) => this.#describe(each));
    const all = await Array.fromAsync(found);
    return all.sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
  }

  async add({ protocol, endpoint, policy }: NewSubscription): Promise<string | undefined> {
    const command = new SubscribeCommand({
      TopicArn: this.#topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      ReturnSubscriptionArn: false,
      Attributes: {
        ...(policy !== undefined && { FilterPolicy: JSON.stringify(policy) }),
        // The CloudEvent itself, not wrapped in a notification.
        ...(protocol === 'sqs' && { RawMessageDelivery: 'true' }),
      },
    });
    const asked = `subscribe to ${this.#topicArn}`;
    const { SubscriptionArn } = await asking(asked, () => this.#client.send(command));
    return confirmed(SubscriptionArn);
  }

  async setFilter(arn: string, policy: FilterPolicy | undefined): Promise<void> {
    const command = new SetSubscriptionAttributesCommand({
      SubscriptionArn: arn,
      AttributeName: 'FilterPolicy',
      AttributeValue: policy === undefined ? EVERYTHING : JSON.stringify(policy),
    });
    await asking(`change the filter of ${arn}`, () => this.#client.send(command));
  }

  async confirm(token: string): Promise<string> {
    const command = new ConfirmSubscriptionCommand({
      TopicArn: this.#topicArn,
      Token: token,
      AuthenticateOnUnsubscribe: 'true',
    });
    const asked = `confirm a subscription to ${this.#topicArn}`;
    const { SubscriptionArn } = await asking(asked, () => this.#client.send(command));
    return SubscriptionArn ?? '';
  }

  async remove(arn: string): Promise<void> {
    const command = new UnsubscribeCommand({ SubscriptionArn: arn });
    await asking(`unsubscribe ${arn}`, () => this.#client.send(command));
  }

  close(): void {
    this.#client.destroy();
  }

  async *#pages(): AsyncGenerator<SnsSubscription> {
    const asked = `list the subscriptions of ${this.#topicArn}`;
    let NextToken: string | undefined;
    do {
      const command = new ListSubscriptionsByTopicCommand({ TopicArn: this.#topicArn, NextToken });
      const answer = await asking(asked, () => this.#client.send(command));
      yield* answer.Subscriptions ?? [];
      NextToken = answer.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
  }

  async #describe({ SubscriptionArn, Protocol = '', Endpoint = '' }: SnsSubscription) {
    const arn = confirmed(SubscriptionArn);
    const subscription = { endpoint: Endpoint, protocol: Protocol };
    if (arn === undefined) return subscription;
    const filter = await this.#filterOf(arn);
    return { ...subscription, arn, ...(filter !== undefined && { filter }) };
  }

  async #filterOf(arn: string): Promise<Subscription['filter']> {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn: arn });
    try {
      const answer = await asking(`read ${arn}`, () => this.#client.send(command));
      return policyIn(answer.Attributes?.FilterPolicy);
    } catch (thrown) {
      if (thrown instanceof StackError && thrown.code === 'DENIED') return 'unreadable';
      throw thrown;
    }
  }
}

function confirmed(arn: string | undefined): string | undefined {
  return arn?.startsWith('arn:') ? arn : undefined;
}

function policyIn(text: string | undefined): Subscription['filter'] {
  if (text === undefined || text === '' || text === EVERYTHING) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'unreadable';
  }
}
