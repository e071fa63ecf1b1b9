import { setTimeout as pause } from 'node:timers/promises';
import { ATTRIBUTE } from '../../../contract/table-schema.ts';
import type { EmbeddedDatabase } from './database.ts';

const DAILY = 24 * 60 * 60 * 1000;
/** Items between two breaks, in which requests are answered. */
const PART = 200;

type Item = Record<string, { S?: string; N?: string }>;

/** Does what DynamoDB's time to live does: deletes items whose `ttl` has passed, once a day. */
export async function deleteExpired(
  database: EmbeddedDatabase,
  tableName: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Whatever stops it, a full disk say: the items stay until tomorrow, and nothing relies on that.
    const now = Math.floor(Date.now() / 1000);
    await deleteOnce(database, tableName, now, signal).catch(() => {});
    await pause(DAILY, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** @param now - seconds since the epoch */
export async function deleteOnce(
  database: EmbeddedDatabase,
  tableName: string,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  let seen = 0;
  for await (const item of database.items()) {
    if (signal.aborted) return;
    if (++seen % PART === 0) await pause(1);
    const { pk, sk, ttl } = item as Item;
    if (ttl?.N === undefined || Number(ttl.N) >= now) continue;
    const deletion = {
      TableName: tableName,
      Key: { pk, sk },
      ConditionExpression: '#ttl < :now',
      ExpressionAttributeNames: { '#ttl': ATTRIBUTE.ttl }, // a reserved word
      ExpressionAttributeValues: { ':now': { N: String(now) } },
    };
    await database.answer('DeleteItem', deletion).catch(unlessWrittenAgain);
  }
}

function unlessWrittenAgain(thrown: { statusCode?: number }): void {
  if (thrown.statusCode !== 400) throw thrown;
}
