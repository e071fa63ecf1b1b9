import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Cloud } from '../cloud.ts';
import type { Deployment } from '../deployment.ts';
import { HOST } from '../hosts.ts';
import type { Scene } from '../scene.ts';

/** By the constructs that they are in. */
const FUNCTIONS = [
  'Dispatcher',
  'Scanner',
  'Deliverer',
  'Applier',
  'History',
  'TrustRefresher',
] as const;
type FunctionName = (typeof FUNCTIONS)[number];

/** Something that one may try without any effect, even where it is allowed. */
type Attempt = (cloud: Cloud, stack: Deployment) => Promise<unknown>;

const TAG = `TAG#${HOST}/shop/api:1.4`;
const NOBODY = 'nobody';
const NEVER = 'attribute_exists(pk) AND attribute_not_exists(pk)';

const keyOf = (pk: string): Record<string, AttributeValue> => {
  return { pk: { S: pk }, sk: { S: NOBODY } };
};

const put =
  (pk: string): Attempt =>
  ({ tables }, stack) =>
    tables.send(
      new PutItemCommand({
        TableName: stack.output('table'),
        Item: keyOf(pk),
        ConditionExpression: NEVER,
      }),
    );

const remove =
  (pk: string): Attempt =>
  ({ tables }, stack) =>
    tables.send(new DeleteItemCommand({ TableName: stack.output('table'), Key: keyOf(pk) }));

const removeMany =
  (pk: string): Attempt =>
  ({ tables }, stack) => {
    const RequestItems = { [stack.output('table')]: [{ DeleteRequest: { Key: keyOf(pk) } }] };
    return tables.send(new BatchWriteItemCommand({ RequestItems }));
  };

const update =
  (pk: string, attribute: string): Attempt =>
  ({ tables }, stack) =>
    tables.send(
      new UpdateItemCommand({
        TableName: stack.output('table'),
        Key: keyOf(pk),
        UpdateExpression: `SET ${attribute} = :none`,
        ConditionExpression: NEVER,
        ExpressionAttributeValues: { ':none': { S: '' } },
      }),
    );

const get =
  (pk: string): Attempt =>
  ({ tables }, stack) =>
    tables.send(new GetItemCommand({ TableName: stack.output('table'), Key: keyOf(pk) }));

const query =
  (IndexName: string, hash: string, value: string): Attempt =>
  ({ tables }, stack) =>
    tables.send(
      new QueryCommand({
        ...{ TableName: stack.output('table'), IndexName, Limit: 1 },
        KeyConditionExpression: `${hash} = :value`,
        ExpressionAttributeValues: { ':value': { S: value } },
      }),
    );

/** Who may; everybody else is denied. */
const ATTEMPTS: readonly (readonly [
  what: string,
  attempt: Attempt,
  who: readonly FunctionName[],
])[] = [
  ['put an event of a tag', put(TAG), ['Scanner']],
  ['delete an event', remove(TAG), []],
  ['delete events in a batch', removeMany(TAG), []],
  ['rewrite an event', update(TAG, 'doc'), []],
  ['take the mark from an event', update(TAG, 'outboxAt'), ['Scanner', 'Deliverer']],
  ['note how delivery goes', update(TAG, 'attempts'), ['Deliverer']],
  ['put a watch', put('WATCH#0'), []],
  ['change watches', removeMany('WATCH#0'), ['Applier']],
  ['put a policy', put('POLICY#0'), []],
  ['change policies', removeMany('POLICY#0'), ['Applier']],
  ['change what is said of registries', removeMany('REGISTRIES'), ['Applier']],
  ['put the public-good trusted root', put('TRUST#public-good'), ['TrustRefresher']],
  ['put a trusted root of a file', put('TRUST#sha256:0'), ['Applier']],
  ['put a receipt', put('JOB#2026-01-01T00:00:00.000Z'), ['Scanner']],
  ['put the id of the store', put('STORE'), ['Deliverer']],
  ['read a policy', get('POLICY#0'), ['Scanner', 'History']],
  ['read the watches', get('WATCH#0'), ['Applier', 'History']],
  [
    'read what waits for delivery',
    query('outbox', 'outboxShard', 'OUTBOX#0'),
    ['Deliverer', 'History'],
  ],
  ['read what is pending', query('pending', 'pendingShard', 'PEND#0'), ['Dispatcher', 'History']],
  ['read the feed', query('feed', 'feedShard', 'FEED#2026-01-01#0'), ['History']],
  [
    'read the whole table',
    ({ tables }, stack) =>
      tables.send(new ScanCommand({ TableName: stack.output('table'), Limit: 1 })),
    [],
  ],
  [
    'publish an alert',
    ({ topics }, stack) =>
      topics.send(new PublishCommand({ TopicArn: stack.output('alertTopic'), Message: '' })),
    ['Deliverer'],
  ],
  [
    'publish an alarm',
    ({ topics }, stack) =>
      topics.send(new PublishCommand({ TopicArn: stack.output('operationsTopic'), Message: '' })),
    [],
  ],
  [
    'subscribe to alerts',
    ({ topics }, stack) =>
      topics.send(new SubscribeCommand({ TopicArn: stack.output('alertTopic'), Protocol: NOBODY })),
    [],
  ],
  [
    'send a job',
    ({ queues }, stack) =>
      queues.send(new SendMessageCommand({ QueueUrl: stack.output('queue'), MessageBody: '{}' })),
    ['Dispatcher', 'Scanner'],
  ],
  [
    'take a job',
    ({ queues }, stack) =>
      queues.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: stack.output('queue'),
          ReceiptHandle: NOBODY,
          VisibilityTimeout: 0,
        }),
      ),
    ['Scanner'],
  ],
  [
    'send a dead letter',
    ({ queues }, stack) =>
      queues.send(
        new SendMessageCommand({ QueueUrl: stack.output('deadLetters'), MessageBody: '{}' }),
      ),
    [],
  ],
  [
    'read the credentials of registries',
    ({ secrets }, stack) =>
      secrets.send(new GetSecretValueCommand({ SecretId: stack.output('credentials') })),
    ['Scanner'],
  ],
  [
    'write the credentials of registries',
    ({ secrets }, stack) =>
      secrets.send(new PutSecretValueCommand({ SecretId: stack.output('credentials') })),
    [],
  ],
  [
    'invoke a function',
    ({ functions }, stack) =>
      functions.send(
        new InvokeCommand({ FunctionName: stack.output('dispatcher'), InvocationType: 'DryRun' }),
      ),
    [],
  ],
];

/** Each function tries with its own credentials; the owner's attempts prove that only a permission was missing. */
export function permissions(scene: () => Scene): void {
  beforeAll(async () => {
    const { functions } = scene().stage.cloud;
    for (const name of ['History', 'TrustRefresher', 'Deliverer']) {
      const FunctionName = scene().stack.functionOf(name);
      await functions.send(new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse' }));
    }
  });

  describe.each(ATTEMPTS)('to %s', (_, attempt, who) => {
    it('is possible', async () => {
      expect(await outcomeOf(attempt(scene().stage.cloud, scene().stack))).not.toBe('denied');
    });

    it.each(FUNCTIONS)(
      `is for ${who.join(' and ') || 'none of the functions'}, %s`,
      async (name) => {
        const { stack, stage } = scene();
        const cloud = stage.cloud.as(await stage.emulator.credentialsOf(stack.functionOf(name)));
        const outcome = await outcomeOf(attempt(cloud, stack));
        await cloud.close();
        if (who.includes(name)) expect(outcome).not.toBe('denied');
        else expect(outcome).toBe('denied');
      },
    );
  });
}

/** By the name of the error: `denied` in all the words that AWS has for it. */
async function outcomeOf(tried: Promise<unknown>): Promise<string> {
  try {
    await tried;
    return 'done';
  } catch (thrown) {
    const { name } = thrown as Error;
    return /AccessDenied|AuthorizationError/.test(name) ? 'denied' : name;
  }
}
