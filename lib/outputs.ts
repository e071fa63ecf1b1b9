import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT } from '../lambda/contract/stack-outputs.ts';
import type { Functions } from './functions.ts';
import type { Stores } from './stores.ts';
import type { TagwardenProps } from './tagwarden-props.ts';

/** By these the command line finds everything, whatever the construct that it is in is called. */
export function addOutputs(
  scope: Construct,
  outputs: Readonly<Partial<Record<keyof typeof OUTPUT, string | undefined>>>,
): void {
  for (const [key, name] of Object.entries(OUTPUT)) {
    const value = outputs[key as keyof typeof OUTPUT];
    if (value === undefined) continue;
    new CfnOutput(scope, name, { value }).overrideLogicalId(name);
  }
}

export function outputsOf(
  props: TagwardenProps,
  stores: Stores,
  functions: Functions,
): Parameters<typeof addOutputs>[1] {
  const { table } = stores.events;
  return {
    table: table.tableName,
    tableStream: table.tableStreamArn,
    alertTopic: stores.alerts.topicArn,
    chatTopic: stores.chat?.topicArn,
    operationsTopic: stores.operations.topicArn,
    queue: stores.jobs.queue.queueUrl,
    deadLetters: stores.jobs.deadLetters.queueUrl,
    tickDeadLetters: stores.tickDeadLetters.queueUrl,
    streamDeadLetters: stores.streamDeadLetters.queueUrl,
    credentials: stores.credentials.secret.secretArn,
    api: functions.history.api.apiEndpoint,
    dispatcher: functions.dispatch.function.functionName,
    watchlist: props.watchlist === 'external' ? 'external' : 'file',
    // A key is of no use without what it encrypts, and that not without the key.
    retained: [table.tableArn, props.encryptionKey?.keyArn ?? []].flat().join(' '),
  };
}
