import dynalite from 'dynalite/db/index.js';
import type { TableDescription } from '../../../contract/table-schema.ts';
import type { LevelDatabase, Operation, Range } from './level.ts';

/** Where the description of the indexes is kept that the rows were written for. */
const SCHEMA = 'schema';
const ROWS_AT_ONCE = 500;

export function itemPrefix(table: string): string {
  return `item~${table}~`;
}

/** Of all indexes together without a name. */
export function indexPrefix(table: string, index?: string): string {
  return index === undefined ? `index~${table}~` : `index~${table}~${index}~`;
}

/** Names and dynalite's keys are made of characters below DEL. */
export function allUnder(prefix: string): Range {
  return { gte: prefix, lt: `${prefix}\x7f` };
}

/**
 * Writes all rows of all indexes anew when a version of the program comes with other indexes than
 * the last; DynamoDB does the same for an index that is added. Begun again when it was interrupted.
 */
export async function fillIndexes(level: LevelDatabase, table: TableDescription): Promise<void> {
  const schema = JSON.stringify(table);
  const before = level.get(SCHEMA);
  if (before === schema) return;
  if (before !== undefined) await rewriteRows(level, table);
  await level.write([{ type: 'put', key: SCHEMA, value: schema }]);
}

async function rewriteRows(level: LevelDatabase, table: TableDescription): Promise<void> {
  const rows = level.entries(allUnder(indexPrefix(table.TableName)));
  await inParts(level, rows, ([key]) => [{ type: 'del', key }]);
  const items = level.values(allUnder(itemPrefix(table.TableName)));
  await inParts(level, items, (item) => rowsOf(table, item as object));
}

function rowsOf(table: TableDescription, item: object): Operation[] {
  const indexes = [...table.GlobalSecondaryIndexes, ...table.LocalSecondaryIndexes];
  const { puts } = dynalite.getIndexActions(indexes, null, item, table);
  return puts.map((put) => ({
    type: 'put',
    key: indexPrefix(table.TableName, put.index) + put.key,
    value: put.item,
  }));
}

async function inParts<T>(
  level: LevelDatabase,
  values: AsyncIterable<T>,
  operationsOf: (value: T) => Operation[],
): Promise<void> {
  let part: Operation[] = [];
  for await (const value of values) {
    part.push(...operationsOf(value));
    if (part.length < ROWS_AT_ONCE) continue;
    await level.write(part);
    part = [];
  }
  if (part.length > 0) await level.write(part);
}
