import type { Dispatcher, StackOutputs, Subscriptions } from '../adapters/stack/index.ts';
import type { Clock } from '../application/ports.ts';
import type { StoreHandle } from '../composition.ts';

/*
 * What a command line needs of a deployed stack. Every function loads the clients that it needs when
 * it is called: reading history must not wait for those of queues and secrets.
 */

export interface AwsChoices {
  readonly profile?: string;
  readonly region?: string;
}

/** The outputs of a stack, by which everything else is found. @throws {StackError} */
export async function findStack(access: AwsChoices, name: string): Promise<StackOutputs> {
  const { readOutputs } = await import('../adapters/stack/outputs.ts');
  return readOutputs(access, name);
}

export interface TableChoices extends AwsChoices {
  readonly tableName: string;
  /** @default the service in the region */
  readonly endpoint?: string;
}

/** The store in a table of DynamoDB, with the user's own credentials. */
export async function openTable(choices: TableChoices, clock: Clock): Promise<StoreHandle> {
  const [{ DynamoDBClient }, { createStore }, { clientConfig }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('../adapters/dynamodb/index.ts'),
    import('../adapters/stack/access.ts'),
  ]);
  const { tableName, endpoint } = choices;
  const client = new DynamoDBClient({
    ...clientConfig(choices),
    ...(endpoint !== undefined && { endpoint }),
  });
  const store = createStore(client, { tableName, now: () => clock.now() });
  return { store, owner: false, close: async () => client.destroy() };
}

export async function openDispatcher(
  access: AwsChoices,
  functionName: string,
): Promise<Dispatcher> {
  const { createDispatcher } = await import('../adapters/stack/dispatcher.ts');
  return createDispatcher(access, functionName);
}

export async function openSubscriptions(
  access: AwsChoices,
  topicArn: string,
): Promise<Subscriptions> {
  const { createSubscriptions } = await import('../adapters/stack/subscriptions.ts');
  return createSubscriptions(access, topicArn);
}

/** How many messages wait in each of these queues. */
export async function countIn(
  access: AwsChoices,
  queueUrls: readonly string[],
): Promise<readonly number[]> {
  const { countMessages } = await import('../adapters/stack/dead-letters.ts');
  return countMessages(access, queueUrls);
}
