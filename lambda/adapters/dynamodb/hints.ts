import { ATTRIBUTE, type ItemKey, SHARDS } from '../../contract/table-schema.ts';
import { StoreError } from './errors.ts';
import { type Item, idOf, text, textOf } from './item.ts';
import type { Table } from './table.ts';

const VERIFIED_AT_ONCE = 50;

/** Rows of all shards of an index in one order. */
export async function* sharded(
  table: Table,
  options: {
    readonly index: string;
    readonly hash: (shard: number) => readonly [attribute: string, value: string];
    readonly sort: string;
    readonly from?: string;
    readonly to: string;
    readonly newestFirst?: boolean;
    readonly page: number;
  },
): AsyncGenerator<Item, void, undefined> {
  const { sort, newestFirst = false, from = ' ', to } = options;
  const rows = Array.from({ length: SHARDS }, (_, shard) =>
    table.query({
      index: options.index,
      hash: options.hash(shard),
      sort: {
        expression: `${sort} BETWEEN :from AND :to`,
        values: { ':from': text(from), ':to': text(to) },
      },
      newestFirst,
      page: options.page,
    }),
  );
  const sign = newestFirst ? -1 : 1;
  yield* merged(rows, (a, b) => sign * compare(textOf(a, sort) ?? '', textOf(b, sort) ?? ''));
}

/**
 * What the items behind the hints say, in the order of the hints. Indexes lag behind the items: a
 * row of an index is only a hint to read its item, and `read` returns undefined when the item does
 * not bear it out.
 */
export async function* verified<T>(
  table: Table,
  hints: AsyncIterable<Item>,
  read: (item: Item) => T | undefined,
): AsyncGenerator<T, void, undefined> {
  for await (const group of grouped(hints, VERIFIED_AT_ONCE)) {
    const { items, unread } = await table.batchGet(group.map(keyIn), { consistent: true });
    for (const hint of group) {
      const item = items.get(idOf(hint));
      const found = item && read(item);
      if (found !== undefined) yield found;
    }
    if (unread.size > 0) {
      throw new StoreError('THROTTLED', `${unread.size} items were left unread again and again`);
    }
  }
}

/** Each once: an item may have its old row in the index and its new one. */
export async function* distinct<T>(
  values: AsyncIterable<T>,
  key: (value: T) => string,
): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>();
  for await (const value of values) {
    if (seen.has(key(value))) continue;
    seen.add(key(value));
    yield value;
  }
}

export async function first<T>(values: AsyncIterable<T>, limit: number): Promise<T[]> {
  const found: T[] = [];
  if (limit <= 0) return found;
  for await (const value of values) {
    if (found.push(value) === limit) break;
  }
  return found;
}

function keyIn(item: Item): ItemKey {
  return { pk: textOf(item, ATTRIBUTE.pk) ?? '', sk: textOf(item, ATTRIBUTE.sk) ?? '' };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** One ordered sequence out of several, reading no further ahead than one value of each. */
async function* merged<T>(
  sources: AsyncGenerator<T, void, undefined>[],
  order: (a: T, b: T) => number,
): AsyncGenerator<T, void, undefined> {
  try {
    const heads = await Promise.all(
      sources.map(async (source) => ({ source, head: await source.next() })),
    );
    for (;;) {
      const open = heads.filter(({ head }) => head.done !== true);
      const first = open.reduce<(typeof open)[number] | undefined>(
        (best, next) =>
          best === undefined || order(next.head.value as T, best.head.value as T) < 0 ? next : best,
        undefined,
      );
      if (first === undefined) return;
      yield first.head.value as T;
      first.head = await first.source.next();
    }
  } finally {
    await Promise.all(sources.map((source) => source.return()));
  }
}

async function* grouped<T>(values: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const value of values) {
    group.push(value);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
