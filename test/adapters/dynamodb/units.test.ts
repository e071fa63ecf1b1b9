import { deflateRawSync } from 'node:zlib';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ItemKey, KEY } from '../../../lambda/contract/table-schema.ts';
import { aUnit, TERMS } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
beforeEach(async () => {
  on = await startStore();
});
afterEach(() => on.close());

const all = () => Array.fromAsync(on.store.watches.units());
const keyOf = ({ pk, sk }: ItemKey) => ({ pk: { S: pk }, sk: { S: sk } });
const big = aUnit({
  tags: Array.from({ length: 100 }, (_, n) => ({
    tag: `v1.${n}.${(n * 7919) % 97}-alpine`,
    terms: [{ ...TERMS, watchId: `${n}`.padStart(16, '0'), labels: ['team=payments'] }],
  })),
});

async function itemOf(key: ItemKey) {
  const command = new GetItemCommand({ TableName: on.tableName, Key: keyOf(key) });
  return (await on.client.send(command)).Item ?? {};
}

describe('a unit in the table', () => {
  it('is packed where it is long, and read as it was', async () => {
    await on.store.watches.putUnits([big]);
    const { packed, doc } = await itemOf(KEY.unit(big));
    expect(doc).toBeUndefined();
    expect(packed?.B?.length).toBeLessThan(JSON.stringify(big).length / 8);
    expect(await all()).toEqual([big]);
  });

  it('is text where it is short, or was written by an earlier program', async () => {
    const short = aUnit({ id: 'a' });
    await on.store.watches.putUnits([short]);
    expect((await itemOf(KEY.unit(short))).doc?.S).toBe(JSON.stringify(short));
    const Item = { ...keyOf(KEY.unit(big)), v: { N: '1' }, doc: { S: JSON.stringify(big) } };
    await on.client.send(new PutItemCommand({ TableName: on.tableName, Item }));
    expect(await all()).toEqual([short, big]);
  });

  it('is refused when it unpacks to more than any unit is, or to nothing that is one', async () => {
    await on.store.watches.putUnits([big]);
    // A unit like any other, but for the spaces behind it.
    const bomb = deflateRawSync(JSON.stringify(big).padEnd(16 * 1024 * 1024));
    for (const B of [bomb, Buffer.from('no deflate'), deflateRawSync('"text"')]) {
      const Item = { ...keyOf(KEY.unit(big)), v: { N: '1' }, packed: { B } };
      await on.client.send(new PutItemCommand({ TableName: on.tableName, Item }));
      await expect(all()).rejects.toMatchObject({ code: 'CORRUPT' });
      const why: string[] = [];
      const read = on.store.watches.unitsBySlot('ghcr.io', 5, 0, 4, undefined, (each) =>
        why.push(each),
      );
      expect(await Array.fromAsync(read)).toEqual([]);
      expect(why).toHaveLength(1);
    }
  });
});
