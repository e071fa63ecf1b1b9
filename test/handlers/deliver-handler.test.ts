import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSnsPublisher } from '../../lambda/adapters/sns/index.ts';
import { HOUR, MINUTE } from '../../lambda/domain/time.ts';
import { createDeliverHandler } from '../../lambda/handlers/deliver-handler.ts';
import { aContext, RecordingLog, RecordingMeter } from '../support/lambda/index.ts';
import { SnsDouble, TOPIC } from '../support/sns/index.ts';
import { anEvent, TAG_KEY } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

const OTHER = 'quay.io/acme/app:1';
const SWEEP = { v: 1, kind: 'sweep' };

let sns: SnsDouble;
let world: World;
let meter: RecordingMeter;
let said: RecordingLog;

beforeAll(async () => {
  sns = await SnsDouble.start();
});
afterAll(() => sns.close());
beforeEach(async () => {
  world = await World.start();
  meter = new RecordingMeter();
  said = new RecordingLog();
  sns.published.length = 0;
  sns.failures.length = 0;
});
afterEach(() => world.close());

function invoke(event: unknown, remaining = 60_000) {
  const { clock, deps } = world;
  const publisher = createSnsPublisher({ client: sns.client, topicArn: TOPIC });
  const parts = { ...deps, log: said.log, publisher };
  const handler = createDeliverHandler({ clock, log: said.log, meter, deps: async () => parts });
  return handler(event, aContext(remaining));
}

const commit = (changes = {}) =>
  world.deps.events.commit(anEvent({ at: world.clock.now(), ...changes }));
const insert = (subject: string, seq = 1) => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: `TAG#${subject}` }, sk: { S: `EVENT#${String(seq).padStart(10, '0')}` } },
    SequenceNumber: '1',
  },
});
const subjects = () =>
  sns.published.map(({ messages }) => JSON.parse(messages.sqs ?? '{}').subject as string);

describe('when the stream wakes it', () => {
  it('delivers what the records are about, and acknowledges them', async () => {
    await commit();
    await commit({ subject: OTHER });
    const event = { Records: [insert(TAG_KEY), insert(TAG_KEY, 2)] };
    expect(await invoke(event)).toEqual({ batchItemFailures: [] });
    expect(subjects()).toEqual([TAG_KEY]);
  });

  it('believes nothing in a record: what is not stored is not told', async () => {
    const forged = { ...insert('ghcr.io/never/was:1'), newImage: anEvent() };
    expect(await invoke({ Records: [forged] })).toEqual({ batchItemFailures: [] });
    expect(sns.published).toEqual([]);
  });

  it.each([
    ['null', null],
    ['without keys', { dynamodb: {} }],
    ['with a key of another kind', { dynamodb: { Keys: { pk: { N: '1' } } } }],
    ['of another item', { dynamodb: { Keys: { pk: { S: 'STATE#ghcr.io/acme/app:1' } } } }],
  ])('goes on with the others behind a record %s', async (_what, record) => {
    await commit();
    expect(await invoke({ Records: [record, insert(TAG_KEY)] })).toEqual({ batchItemFailures: [] });
    expect(subjects()).toEqual([TAG_KEY]);
  });

  it('acknowledges also when nothing can be done, and leaves it to the sweep', async () => {
    await commit();
    world.database.faults.throttle(1_000);
    expect(await invoke({ Records: [insert(TAG_KEY)] })).toEqual({ batchItemFailures: [] });
    world.database.faults.throttle(0);
    await invoke(SWEEP);
    expect(subjects()).toEqual([TAG_KEY]);
  });

  it('acknowledges also when the store has no id yet', async () => {
    const { clock } = world;
    const deps = () => Promise.reject(new Error('no id'));
    const handler = createDeliverHandler({ clock, log: said.log, meter, deps });
    const event = { Records: [insert(TAG_KEY)] };
    expect(await handler(event, aContext())).toEqual({ batchItemFailures: [] });
    expect(said.lines).toMatchObject([{ level: 'error', message: 'left to the sweep' }]);
  });

  it('keeps an alert that SNS does not take, and tells the others of the batch', async () => {
    await commit();
    await commit({ subject: OTHER });
    sns.failures.push({ status: 500, code: 'InternalError', message: 'injected' });
    await invoke({ Records: [insert(TAG_KEY), insert(OTHER)] });
    expect(subjects()).toHaveLength(1);
    await world.clock.advance(MINUTE);
    await invoke(SWEEP);
    expect(subjects().toSorted()).toEqual([TAG_KEY, OTHER].toSorted());
  });
});

describe('when the schedule wakes it', () => {
  it.each([SWEEP, {}, undefined])('sweeps on %j', async (payload) => {
    await commit();
    expect(await invoke(payload)).toMatchObject({ delivered: 1, pending: 0 });
    expect(subjects()).toEqual([TAG_KEY]);
  });

  it('measures what waits, and since when', async () => {
    await commit();
    sns.failures.push({ status: 500, code: 'InternalError', message: 'injected' });
    await invoke(SWEEP);
    await world.clock.advance(HOUR);
    for (let n = 0; n < 2; n++) {
      sns.failures.push({ status: 500, code: 'InternalError', message: 'injected' });
    }
    meter.measures.length = 0;
    await invoke(SWEEP);
    expect(meter.sum('AlertsPending')).toBe(1);
    expect(meter.sum('OldestPendingAlertAge')).toBe(HOUR / 1000);
  });

  it('measures what SNS refuses for good', async () => {
    await commit();
    for (let n = 0; n < 2; n++) {
      sns.failures.push({ status: 400, code: 'InvalidParameter', message: 'Message' });
    }
    await invoke(SWEEP);
    expect(meter.sum('AlertsSetAside')).toBe(1);
  });

  it('begins nothing when there is no time, and fails nothing', async () => {
    await commit();
    expect(await invoke(SWEEP, 10_000)).toMatchObject({ delivered: 0, pending: 1 });
  });

  it('fails when what is due cannot be listed, so that an alarm hears of it', async () => {
    world.database.faults.throttle(1_000);
    await expect(invoke(SWEEP)).rejects.toMatchObject({ code: 'THROTTLED' });
    world.database.faults.throttle(0);
  });
});
