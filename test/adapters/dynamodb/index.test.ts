import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { createStore } from '../../../lambda/adapters/dynamodb/index.ts';
import { AT, anEvent, aState, aUnit, aWatch, TAG_KEY } from '../../support/store/examples.ts';
import { startStore } from '../../support/store/index.ts';

const root = join(import.meta.dirname, '../../..');

describe('the source', () => {
  const sources = globSync('{bin,lib,lambda}/**/*.ts', { cwd: root });

  it.each([
    /\bScanCommand\b|\bpaginateScan\b|\bScanInput\b/,
    /TransactWrite|TransactGet|ExecuteTransaction|ExecuteStatement/,
    /ReturnValuesOnConditionCheckFailure/,
  ])('never names %s', (forbidden) => {
    const found = sources.filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')));
    expect(sources.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
  });
});

describe('the store', () => {
  it('never scans: the database that all tests run on would not answer', async () => {
    const on = await startStore();
    const scan = on.client.send(new ScanCommand({ TableName: on.tableName }));
    await expect(scan).rejects.toMatchObject({ name: 'UnknownOperationException' });
    await on.close();
  });

  it('asks for six operations at most, whatever it does', async () => {
    const on = await startStore({ now: () => AT });
    await on.store.id();
    const { events, states, watches, lanes, runs, sightings, trust } = on.store;
    await watches.putWatches([aWatch()]);
    await watches.putUnits([aUnit()]);
    await watches.removeUnits([aUnit()]);
    await events.commit(anEvent());
    await events.project(anEvent());
    await events.unmark(TAG_KEY, 1);
    await states.remember(aState({ rev: 2 }), { seq: 1, rev: 1 });
    await states.readMany([TAG_KEY]);
    await Array.fromAsync(events.feed({ since: AT, until: AT }));
    await Array.fromAsync(states.ofRepository('ghcr.io/acme/app'));
    await Array.fromAsync(states.pending(AT));
    await Array.fromAsync(watches.units());
    await Array.fromAsync(runs.runs(AT));
    await sightings.of(anEvent().sightings[0]?.digest ?? ('' as never), TAG_KEY);
    await Promise.all([lanes.lanes(), trust.read('public-good'), events.due(AT, 5)]);
    expect(Object.keys(on.faults.counts).sort()).toEqual([
      'BatchGetItem',
      'BatchWriteItem',
      'GetItem',
      'PutItem',
      'Query',
      'UpdateItem',
    ]);
    await on.close();
  });

  it('has an id of its own that stays, also when two make it at once', async () => {
    const on = await startStore();
    const other = createStore(on.client, { tableName: on.tableName });
    const [mine, theirs] = await Promise.all([on.store.id(), other.id()]);
    expect(mine).toBe(theirs);
    expect(await on.store.id()).toBe(mine);
    await on.close();
  });

  it('says when there is no table', async () => {
    const on = await startStore();
    const store = createStore(on.client, { tableName: 'another' });
    await expect(store.states.read(TAG_KEY)).rejects.toMatchObject({
      code: 'NO_TABLE',
      temporary: false,
    });
    await on.close();
  });
});
