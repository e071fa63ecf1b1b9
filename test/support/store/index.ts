import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { newAccess } from '../../../lambda/adapters/dynamodb/embedded/access.ts';
import { clientOf } from '../../../lambda/adapters/dynamodb/embedded/client.ts';
import { createEndpoint } from '../../../lambda/adapters/dynamodb/embedded/server.ts';
import {
  createStore,
  type Store,
  type StoreOptions,
} from '../../../lambda/adapters/dynamodb/index.ts';
import type { ItemKey } from '../../../lambda/contract/table-schema.ts';
import { FaultyDatabase } from './faults.ts';

export const TEST_TABLE = 'tagwarden';

export interface TestStore {
  readonly store: Store;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** What goes wrong, and what was asked for. */
  readonly faults: FaultyDatabase;
  /** Writes past the store: what another program, or nobody in his right mind, might have written. */
  setItemAttribute(key: ItemKey, attribute: string, value: AttributeValue): Promise<void>;
  close(): Promise<void>;
}

/**
 * The real store on the real embedded database, in memory and over HTTP, with faults on demand.
 * Nothing is retried by the SDK, and pauses between attempts take no time, unless asked otherwise.
 */
export async function startStore(
  options: Partial<StoreOptions> & { maxAttempts?: number } = {},
): Promise<TestStore> {
  const { maxAttempts = 1, ...rest } = options;
  const faults = new FaultyDatabase(TEST_TABLE);
  await faults.open();
  const access = newAccess();
  const endpoint = createEndpoint(faults, access).unref();
  // A test that fails before it closes the store must not keep the others from ending.
  endpoint.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.address() as AddressInfo;
  const client = clientOf({ port, access, maxAttempts });
  const store = createStore(client, { tableName: TEST_TABLE, sleep: async () => {}, ...rest });
  return {
    store,
    client,
    tableName: TEST_TABLE,
    faults,
    async setItemAttribute(key, attribute, value) {
      const command = new UpdateItemCommand({
        TableName: TEST_TABLE,
        Key: { pk: { S: key.pk }, sk: { S: key.sk } },
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      });
      await client.send(command);
    },
    async close() {
      client.destroy();
      endpoint.closeAllConnections();
      await new Promise((resolve) => endpoint.close(resolve));
      await faults.close();
    },
  };
}
