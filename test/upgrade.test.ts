import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createQuietLogger } from '../lambda/adapters/runtime/logger.ts';
import { readJob } from '../lambda/adapters/sqs/index.ts';
import { diffWatchlist } from '../lambda/application/apply.ts';
import { deliver } from '../lambda/application/deliver.ts';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';
import { deserializeWatchlist, hashOfSerialized } from '../lambda/domain/watchlist/compiled.ts';
import { parseWatchlist } from '../lambda/domain/watchlist/index.ts';
import { startStore, type TestStore } from './support/store/index.ts';
import { ManualClock, RecordingPublisher } from './support/world/index.ts';

type Item = Record<string, AttributeValue>;

const FIXTURES = join(import.meta.dirname, 'fixtures/upgrade');
/** Later than everything that was recorded. */
const LATER = '2026-03-20T00:00:00.000Z';

describe.each(readdirSync(FIXTURES))('what version %s wrote', (version) => {
  const read = (name: string) => readFileSync(join(FIXTURES, version, name));
  const items: Item[] = JSON.parse(read('items.json').toString(), (key, value) =>
    key === 'B' ? Buffer.from(value, 'base64') : value,
  );
  const partitions = (prefix: string) => [
    ...new Set(
      items.flatMap(({ pk }) => (pk?.S?.startsWith(prefix) ? [pk.S.slice(prefix.length)] : [])),
    ),
  ];
  const count = (prefix: string) => items.filter(({ pk }) => pk?.S?.startsWith(prefix)).length;
  let database: TestStore;
  let compiled: CompiledWatchlist;

  beforeAll(async () => {
    database = await startStore({ now: () => LATER });
    const { client, tableName: TableName } = database;
    for (const Item of items) await client.send(new PutItemCommand({ TableName, Item }));
    const serialized = read('compiled.json');
    compiled = deserializeWatchlist(serialized, hashOfSerialized(serialized));
  });
  afterAll(() => database.close());

  it('has everything that this version knows', () => {
    expect(items.length).toBeGreaterThan(50);
    for (const prefix of ['WATCH#', 'POLICY#', 'DUE#', 'STATE#', 'TAG#', 'DIGEST#', 'TRUST#']) {
      expect([prefix, count(prefix)]).not.toEqual([prefix, 0]);
    }
  });

  it('is a watch list that is still one', () => {
    const readFile = (path: string) => read(path);
    const result = parseWatchlist(read('watchlist.yaml').toString(), { file: 'w', readFile });
    expect(result).toMatchObject({ ok: true });
  });

  it('are watches, of which none is lost or new', async () => {
    const { watches } = database.store;
    expect(await diffWatchlist({ watches }, compiled)).toMatchObject({ added: [], gone: [] });
    expect(await Array.fromAsync(watches.units())).toHaveLength(count('DUE#'));
    expect((await watches.policies(partitions('POLICY#'))).size).toBe(count('POLICY#'));
    expect(await watches.registries()).toHaveLength(1);
    expect(await watches.applied()).toMatchObject({ v: 1 });
  });

  it('are states and lanes', async () => {
    const { states, lanes } = database.store;
    const found = await states.readMany(partitions('STATE#'));
    expect([...found.values()].map(({ kind }) => kind)).toEqual(
      Array.from({ length: count('STATE#') }, () => 'found'),
    );
    const known = await lanes.lanes();
    expect(known).toHaveLength(count('LANES'));
    for (const lane of known) expect(await lanes.read(lane)).toMatchObject({ id: lane });
  });

  it('are events, by tag and by day, and what they saw', async () => {
    const { events, sightings } = database.store;
    let own = 0;
    for (const subject of partitions('TAG#')) {
      own += (await events.history(subject, { limit: 1000 })).length;
    }
    expect(own).toBe(count('TAG#'));
    const feed = events.feed({ since: '2026-03-01T00:00:00.000Z', until: LATER });
    expect(await Array.fromAsync(feed)).toHaveLength(count('TAG#'));
    let seen = 0;
    for (const digest of partitions('DIGEST#')) {
      seen += (await Array.fromAsync(sightings.where(digest as never))).length;
    }
    expect(seen).toBe(count('DIGEST#'));
  });

  it('are runs and receipts', async () => {
    const { runs } = database.store;
    expect(await Array.fromAsync(runs.runs('2026-03-01T00:00:00.000Z'))).toHaveLength(
      count('RUN#'),
    );
    let receipts = 0;
    for (const tick of partitions('JOB#'))
      receipts += (await Array.fromAsync(runs.receipts(tick))).length;
    for (const id of partitions('BASELINE#')) {
      receipts += (await Array.fromAsync(runs.baselineReceipts(id))).length;
    }
    expect(receipts).toBe(count('JOB#') + count('BASELINE#'));
  });

  it('are trusted roots', async () => {
    for (const name of partitions('TRUST#')) {
      expect((await database.store.trust.read(name))?.length).toBeGreaterThan(0);
    }
  });

  it('are messages of the queue', () => {
    const messages: string[] = JSON.parse(read('messages.json').toString());
    expect(messages.length).toBeGreaterThan(2);
    for (const body of messages) expect(readJob(body)).toEqual(JSON.parse(body));
  });

  it('is an alert that waited, and is told now', async () => {
    const publisher = new RecordingPublisher();
    const { events } = database.store;
    const clock = new ManualClock(LATER);
    const deps = { events, publisher, clock, log: createQuietLogger(), storeId: 'store' };
    expect(await deliver(deps, LATER)).toMatchObject({ deferred: 0, setAside: 0 });
    expect(publisher.messages.length).toBeGreaterThan(0);
    expect(await events.due(LATER, 10)).toEqual([]);
  });
});
