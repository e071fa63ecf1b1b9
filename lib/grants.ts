import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Stores } from './stores.ts';

/*
 * What the command line asks AWS for beside the table, by the commands that people run.
 */

function allow(
  grantee: iam.IGrantable,
  actions: readonly string[],
  resourceArns: readonly string[],
): void {
  iam.Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...resourceArns] });
}

/** Every command begins by the outputs of the stack. */
export function grantFinding(scope: Construct, grantee: iam.IGrantable): void {
  allow(grantee, ['cloudformation:DescribeStacks'], [Stack.of(scope).stackId]);
}

/** What `health` looks at beside the table. */
export function grantHealth(stores: Stores, grantee: iam.IGrantable): void {
  const { jobs, tickDeadLetters, streamDeadLetters, alerts } = stores;
  const queues = [jobs.deadLetters, tickDeadLetters, streamDeadLetters];
  allow(
    grantee,
    ['sqs:GetQueueAttributes'],
    queues.map(({ queueArn }) => queueArn),
  );
  allow(grantee, ['sns:ListSubscriptionsByTopic'], [alerts.topicArn]);
  allow(grantee, ['sns:GetSubscriptionAttributes'], ['*']);
}

/** SNS knows no resources for actions on a subscription (Service Authorization Reference): hence `*`. */
export function grantSubscribing({ alerts }: Stores, grantee: iam.IGrantable): void {
  const onTopic = ['sns:ConfirmSubscription', 'sns:ListSubscriptionsByTopic', 'sns:Subscribe'];
  allow(grantee, onTopic, [alerts.topicArn]);
  allow(
    grantee,
    ['sns:GetSubscriptionAttributes', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'],
    ['*'],
  );
}
