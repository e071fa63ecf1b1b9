import { createHash } from 'node:crypto';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Who is told, as `cdk.json` and the command line have it. */
export interface Subscriber {
  readonly protocol: 'email' | 'https' | 'sqs' | 'lambda' | 'sms';
  /** Address, URL, number or ARN. A queue must let the topic send to it. */
  readonly endpoint: string;

  /**
   * For each attribute of an alert the values that are wanted.
   *
   * @default - every alert
   */
  readonly filterPolicy?: Readonly<Record<string, readonly string[]>>;
}

/** Subscribes an endpoint that is not of this app. */
export function subscriptionOf(subscriber: Subscriber): sns.ITopicSubscription {
  const { protocol, endpoint, filterPolicy = {} } = subscriber;
  // An endpoint keeps its subscription, and whoever confirmed it is not asked again.
  const id = createHash('sha256').update(`${protocol} ${endpoint}`).digest('hex').slice(0, 12);
  const filters = Object.entries(filterPolicy).map(
    ([attribute, allowlist]) =>
      [attribute, sns.SubscriptionFilter.stringFilter({ allowlist: [...allowlist] })] as const,
  );
  return {
    bind(topic) {
      if (protocol === 'lambda') allowInvocation(topic, id, endpoint);
      return {
        protocol: protocol as sns.SubscriptionProtocol,
        endpoint,
        subscriberId: id,
        // The CloudEvent itself, not wrapped in a notification.
        ...(protocol === 'sqs' && { rawMessageDelivery: true }),
        ...(filters.length > 0 && { filterPolicy: Object.fromEntries(filters) }),
      };
    },
  };
}

function allowInvocation(topic: sns.ITopic, id: string, functionName: string): void {
  new lambda.CfnPermission(topic instanceof Construct ? topic : topic.stack, `Invoke${id}`, {
    action: 'lambda:InvokeFunction',
    functionName,
    principal: 'sns.amazonaws.com',
    sourceArn: topic.topicArn,
  });
}
