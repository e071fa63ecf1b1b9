import { join } from 'node:path';
import dynalite from 'dynalite/db/index.js';
import { EMBEDDED_TABLE } from '../../../lambda/adapters/dynamodb/embedded/index.ts';
import {
  allUnder,
  indexPrefix,
  itemPrefix,
} from '../../../lambda/adapters/dynamodb/embedded/indexes.ts';
import { LevelDatabase } from '../../../lambda/adapters/dynamodb/embedded/level.ts';
import { describeTable } from '../../../lambda/contract/table-schema.ts';

/** Rows of indexes that no item explains and rows that are missing, in a database nobody has open. */
export async function tornRows(dataDir: string): Promise<{ stray: string[]; missing: string[] }> {
  const level = new LevelDatabase(join(dataDir, 'db'));
  await level.open();
  const table = describeTable(EMBEDDED_TABLE);
  const indexes = [...table.GlobalSecondaryIndexes, ...table.LocalSecondaryIndexes];
  const expected = new Set<string>();
  for await (const item of level.values(allUnder(itemPrefix(EMBEDDED_TABLE)))) {
    const { puts } = dynalite.getIndexActions(indexes, null, item as object, table);
    for (const put of puts) expected.add(indexPrefix(EMBEDDED_TABLE, put.index) + put.key);
  }
  const found = new Set<string>();
  for await (const [key] of level.entries(allUnder(indexPrefix(EMBEDDED_TABLE)))) found.add(key);
  await level.close();
  return { stray: [...found.difference(expected)], missing: [...expected.difference(found)] };
}
