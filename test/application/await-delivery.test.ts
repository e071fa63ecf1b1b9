import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awaitDelivery } from '../../lambda/application/await-delivery.ts';
import { MINUTE, SECOND } from '../../lambda/domain/time.ts';
import { anEvent } from '../support/store/examples.ts';
import { startStore, type TestStore } from '../support/store/index.ts';
import { ManualClock, settled } from '../support/world/clock.ts';

const clock = new ManualClock('2026-03-19T03:00:00.000Z');
let database: TestStore;
beforeAll(async () => {
  database = await startStore();
});
afterAll(() => database.close());

function wait(subject: string) {
  const deps = { events: database.store.events, clock };
  return awaitDelivery(deps, { subject, seq: 1 }, MINUTE, new AbortController().signal);
}

async function pass(duration: number): Promise<void> {
  for (let n = 0; n < 2000 && clock.sleepers === 0; n++) await settled();
  await clock.advance(duration);
}

it('waits for the commit and then for the delivery', async () => {
  const { events } = database.store;
  const awaited = wait('test:1');
  await pass(SECOND);
  await events.commit(anEvent({ subject: 'test:1' }));
  await pass(SECOND);
  await events.unmark('test:1', 1);
  await pass(SECOND);
  expect(await awaited).toMatchObject({ event: { subject: 'test:1' }, delivery: { kind: 'done' } });
});

it('says that it was set aside, which is no delivery', async () => {
  const { events } = database.store;
  await events.commit(anEvent({ subject: 'test:2' }));
  await events.setAside('test:2', 1, 'too long');
  expect(await wait('test:2')).toMatchObject({ delivery: { kind: 'set aside', why: 'too long' } });
});

it('gives up in the end, and says how far it came', async () => {
  const never = wait('test:3');
  for (let n = 0; n < 61; n++) await pass(SECOND);
  expect(await never).toEqual({});
  await database.store.events.commit(anEvent({ subject: 'test:3' }));
  await database.store.events.defer('test:3', 1, 2, '2026-03-19T03:30:00.000Z');
  const late = wait('test:3');
  for (let n = 0; n < 61; n++) await pass(SECOND);
  expect(await late).toMatchObject({ delivery: { kind: 'waiting', attempts: 2 } });
});
