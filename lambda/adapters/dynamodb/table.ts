import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { ATTRIBUTE, type ItemKey } from '../../contract/table-schema.ts';
import type { Backoff } from './backoff.ts';
import { StoreError, toStoreError } from './errors.ts';
import { type Item, idOf, keyOf } from './item.ts';

/** Clauses in DynamoDB's expression language; names are the attributes themselves. */
export interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

export interface Query {
  readonly index?: string;
  /** Attribute and value of the hash key, then a clause about the sort key where one is wanted. */
  readonly hash: readonly [attribute: string, value: string];
  readonly sort?: Condition;
  readonly newestFirst?: boolean;
  /** Never on a global index. */
  readonly consistent?: boolean;
  /** Items per request. */
  readonly page?: number;
}

interface BatchGetOptions {
  readonly consistent: boolean;
  /** @default false */
  readonly documents?: boolean;
}

/** What `documentOf` reads. */
const DOCUMENT = [ATTRIBUTE.pk, ATTRIBUTE.sk, ATTRIBUTE.version, ATTRIBUTE.doc].join(', ');
const GET_LIMIT = 100;
const WRITE_LIMIT = 25;
const WRITES_AT_ONCE = 8;

/** The few operations on the table that the store is made of. Every error is a {@link StoreError}. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #backoff: Backoff;

  constructor(client: DynamoDBClient, name: string, backoff: Backoff) {
    this.#client = client;
    this.#name = name;
    this.#backoff = backoff;
  }

  /** Strongly consistent. */
  async get(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      ConsistentRead: true,
    });
    const { Item } = await this.#ask(`read ${key.pk}`, () => this.#client.send(command));
    return Item;
  }

  async put(item: Item, condition?: Condition): Promise<'done' | 'conflict'> {
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: item,
      ...(condition && {
        ConditionExpression: condition.expression,
        ...(condition.values && { ExpressionAttributeValues: condition.values }),
      }),
    });
    return this.#conditionally(`write ${item[ATTRIBUTE.pk]?.S}`, () => this.#client.send(command));
  }

  async update(key: ItemKey, change: string, condition: Condition): Promise<'done' | 'conflict'> {
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: keyOf(key),
      UpdateExpression: change,
      ConditionExpression: condition.expression,
      ...(condition.values && { ExpressionAttributeValues: condition.values }),
    });
    return this.#conditionally(`update ${key.pk}`, () => this.#client.send(command));
  }

  /** Every page, in order of the sort key. */
  async *query(query: Query): AsyncGenerator<Item, void, undefined> {
    let from: Item | undefined;
    do {
      const input = this.#queryInput(query, from);
      const answer = await this.#ask(`query ${query.hash[1]}`, () =>
        this.#client.send(new QueryCommand(input)),
      );
      yield* answer.Items ?? [];
      from = answer.LastEvaluatedKey;
    } while (from !== undefined);
  }

  /**
   * Any number of items by key; `unread` are those that the database left unprocessed again and
   * again, of which it is not known whether they exist. `documents` leaves out what only conditions
   * and indexes need: of a hundred items that is what takes longest to decode.
   */
  async batchGet(
    keys: readonly ItemKey[],
    options: BatchGetOptions,
  ): Promise<{ items: ReadonlyMap<string, Item>; unread: ReadonlySet<string> }> {
    const distinct = new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, keyOf(key)]));
    const items = new Map<string, Item>();
    const unread = new Set<string>();
    const groups = chunks([...distinct.values()], GET_LIMIT);
    await Promise.all(
      groups.map(async (group) => {
        const rest = await this.#getGroup(group, options, items);
        for (const key of rest) unread.add(idOf(key));
      }),
    );
    return { items, unread };
  }

  /**
   * Unconditional puts and deletes, each for itself; of several for one key the last counts.
   *
   * @throws {StoreError} when some could not be done; the others are
   */
  async batchWrite(puts: readonly Item[], deletes: readonly ItemKey[] = []): Promise<void> {
    const requests = new Map<string, WriteRequest>();
    for (const Item of puts) requests.set(idOf(Item), { PutRequest: { Item } });
    for (const Key of deletes.map(keyOf)) requests.set(idOf(Key), { DeleteRequest: { Key } });
    const groups = chunks([...requests.values()], WRITE_LIMIT).values();
    const writeGroups = async () => {
      for (const group of groups) await this.#writeGroup(group);
    };
    const ends = await Promise.allSettled(Array.from({ length: WRITES_AT_ONCE }, writeGroups));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #getGroup(
    keys: Item[],
    { consistent, documents = false }: BatchGetOptions,
    found: Map<string, Item>,
  ): Promise<Item[]> {
    const how = {
      ConsistentRead: consistent,
      ...(documents && { ProjectionExpression: DOCUMENT }),
    };
    let rest = keys;
    for await (const _ of this.#backoff()) {
      const Keys = rest;
      const { Responses, UnprocessedKeys } = await this.#ask('read a batch', () =>
        this.#client.send(
          new BatchGetItemCommand({ RequestItems: { [this.#name]: { Keys, ...how } } }),
        ),
      );
      for (const item of Responses?.[this.#name] ?? []) found.set(idOf(item), item);
      rest = UnprocessedKeys?.[this.#name]?.Keys ?? [];
      if (rest.length === 0) break;
    }
    return rest;
  }

  async #writeGroup(requests: WriteRequest[]): Promise<void> {
    let rest = requests;
    for await (const _ of this.#backoff()) {
      const RequestItems = { [this.#name]: rest };
      const { UnprocessedItems } = await this.#ask('write a batch', () =>
        this.#client.send(new BatchWriteItemCommand({ RequestItems })),
      );
      rest = UnprocessedItems?.[this.#name] ?? [];
      if (rest.length === 0) return;
    }
    throw new StoreError(
      'THROTTLED',
      `write a batch: ${rest.length} of ${requests.length} items were left unprocessed again and again`,
    );
  }

  #queryInput(query: Query, from: Item | undefined): QueryCommandInput {
    const [attribute, value] = query.hash;
    const sort = query.sort === undefined ? '' : ` AND ${query.sort.expression}`;
    return {
      TableName: this.#name,
      KeyConditionExpression: `${attribute} = :hash${sort}`,
      ExpressionAttributeValues: { ':hash': { S: value }, ...query.sort?.values },
      ScanIndexForward: query.newestFirst !== true,
      ...(query.index !== undefined && { IndexName: query.index }),
      ...(query.consistent === true && { ConsistentRead: true }),
      ...(query.page !== undefined && { Limit: query.page }),
      ...(from !== undefined && { ExclusiveStartKey: from }),
    };
  }

  async #conditionally(asked: string, send: () => Promise<unknown>): Promise<'done' | 'conflict'> {
    try {
      await send();
      return 'done';
    } catch (thrown) {
      if (thrown instanceof ConditionalCheckFailedException) return 'conflict';
      throw toStoreError(thrown, asked);
    }
  }

  async #ask<T>(asked: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (thrown) {
      throw toStoreError(thrown, asked);
    }
  }
}

export function chunks<T>(values: readonly T[], size: number): T[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, i) => values.slice(i * size, (i + 1) * size));
}
