import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface OperationsTopicProps {
  /**
   * Key that notifications are encrypted with at rest. CloudWatch must be allowed to use it.
   *
   * @default - none: CloudWatch may not use the key of SNS, and the state of an alarm is no secret
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Who is told about alarms.
   *
   * @default - nobody yet
   */
  readonly subscriptions?: readonly sns.ITopicSubscription[];
}

/** The topic of the alarms: that Tagwarden itself does not work is told to others than what it finds. */
export class OperationsTopic extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: OperationsTopicProps = {}) {
    super(scope, id);
    const { encryptionKey, subscriptions = [] } = props;
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Tagwarden operations',
      enforceSSL: true,
      ...(encryptionKey && { masterKey: encryptionKey }),
    });
    const cloudWatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com');
    const { account } = Stack.of(this);
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    encryptionKey?.grant(cloudWatch, 'kms:GenerateDataKey*', 'kms:Decrypt');
    for (const subscription of subscriptions) this.topic.addSubscription(subscription);
  }
}
