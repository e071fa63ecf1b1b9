import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedDatabase } from '../../../../lambda/adapters/dynamodb/embedded/database.ts';
import { deleteOnce } from '../../../../lambda/adapters/dynamodb/embedded/expiry.ts';
import { openEmbedded } from '../../../../lambda/adapters/dynamodb/embedded/index.ts';
import { indexPrefix } from '../../../../lambda/adapters/dynamodb/embedded/indexes.ts';
import { LevelDatabase } from '../../../../lambda/adapters/dynamodb/embedded/level.ts';
import { createStore } from '../../../../lambda/adapters/dynamodb/index.ts';
import { AT, anEvent } from '../../../support/store/examples.ts';
import { inFolder } from '../../../support/store/processes.ts';
import { tornRows } from '../../../support/store/torn-rows.ts';

const T = 'tagwarden';
const S = (value: string) => ({ S: value });
const item = (pk: string, attributes: object = {}) => ({ pk: S(pk), sk: S('x'), ...attributes });

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = new EmbeddedDatabase(T, undefined);
  await database.open();
});
afterEach(() => database.close());

const put = (Item: object, rest: object = {}) =>
  database.answer('PutItem', { TableName: T, Item, ...rest });
const get = (pk: string) =>
  database.answer('GetItem', { TableName: T, Key: item(pk), ConsistentRead: true });

describe('conditions', () => {
  const free = { ConditionExpression: 'attribute_not_exists(pk)' };

  it('hold for one of many at once', async () => {
    const puts = Array.from({ length: 50 }, (_, i) => put(item('a', { n: S(`${i}`) }), free));
    const results = await Promise.allSettled(puts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are judged on what is stored, one after the other', async () => {
    await put(item('a', { n: { N: '0' } }));
    const add = () =>
      database.answer('UpdateItem', {
        TableName: T,
        Key: item('a'),
        UpdateExpression: 'SET n = n + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
    await Promise.all(Array.from({ length: 100 }, add));
    expect(await get('a')).toMatchObject({ Item: { n: { N: '100' } } });
  });
});

describe('a batch', () => {
  it('with the same key twice is refused, as DynamoDB does', async () => {
    const requests = [{ PutRequest: { Item: item('a') } }, { DeleteRequest: { Key: item('a') } }];
    const batch = database.answer('BatchWriteItem', { RequestItems: { [T]: requests } });
    await expect(batch).rejects.toMatchObject({
      body: { message: expect.stringContaining('duplicates') },
    });
  });
});

describe('an item over 400 KB', () => {
  it('is refused', async () => {
    await expect(put(item('a', { doc: S('x'.repeat(410_000)) }))).rejects.toMatchObject({
      body: { message: expect.stringContaining('size') },
    });
  });
});

describe('expiry', () => {
  it('deletes what has had its time, and nothing else', async () => {
    await put(item('old', { ttl: { N: '99' } }));
    await put(item('now', { ttl: { N: '100' } }));
    await put(item('timeless'));
    await deleteOnce(database, T, 100, new AbortController().signal);
    expect(await get('old')).not.toHaveProperty('Item');
    expect(await get('now')).toHaveProperty('Item');
    expect(await get('timeless')).toHaveProperty('Item');
  });
});

describe('when the program comes with other indexes', () => {
  it('fills them anew from the items', () =>
    inFolder(async (dataDir) => {
      const first = await openEmbedded({ dataDir });
      for (const seq of [1, 2, 3]) {
        await createStore(first.client, first).events.commit(anEvent({ seq }));
      }
      await first.close();
      const level = new LevelDatabase(join(dataDir, 'db'));
      await level.open();
      const stray = `${indexPrefix(T, 'gone')}row`;
      const rows = await Array.fromAsync(level.entries({ gte: 'index~', lt: 'index~\x7f' }));
      await level.write([
        { type: 'put', key: 'schema', value: 'of another version' },
        { type: 'put', key: stray, value: {} },
        ...rows.slice(0, 4).map(([key]) => ({ type: 'del', key }) as const),
      ]);
      await level.close();
      expect(await tornRows(dataDir)).toMatchObject({ stray: [stray], missing: { length: 4 } });
      const second = await openEmbedded({ dataDir });
      const due = await createStore(second.client, second).events.due(AT, 10);
      expect(due).toHaveLength(3);
      await second.close();
      expect(await tornRows(dataDir)).toEqual({ stray: [], missing: [] });
    }));
});
