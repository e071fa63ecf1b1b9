import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { type Received, readJob } from '../../lambda/adapters/sqs/index.ts';
import { dispatch } from '../../lambda/application/dispatch.ts';
import { METRIC } from '../../lambda/contract/metrics.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { createScanHandler } from '../../lambda/handlers/scan-handler.ts';
import {
  aContext,
  RecordingLog,
  RecordingMeter,
  RecordingQueue,
  sqsEvent,
} from '../support/lambda/index.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const TAGS = ['1', '2', '3'];
let world: World;
let queue: RecordingQueue;
let meter: RecordingMeter;
let said: RecordingLog;
let again: Received[];

beforeEach(async () => {
  world = await World.start();
  [queue, meter, said, again] = [
    new RecordingQueue(),
    new RecordingMeter(),
    new RecordingLog(),
    [],
  ];
  for (const tag of TAGS) pushImage(world.registry, 'acme/app', tag, { content: tag });
  await world.apply(
    `watch: [{policy: none, images: [${TAGS.map((tag) => `"HOST/acme/app:${tag}"`)}], every: 1m}]`,
  );
});
afterEach(() => world.close());

const deps = () => ({ ...world.deps, queue, log: said.log });

function invoke(event: SQSEvent, remaining?: number) {
  const handler = createScanHandler({
    ...{ clock: world.clock, log: said.log, meter },
    deps: async () => deps(),
    use: () => ({ requests: 4, quotas: new Map([['docker.io', 76]]) }),
    trust: async () => [{ name: METRIC.trustRootAge, value: 60 }],
    read: readJob,
    comeAgain: async (received) => void again.push(received),
  });
  return handler(event, aContext(remaining));
}

/** The messages of the next tick. */
async function tick(): Promise<SQSEvent[]> {
  await world.clock.advance(MINUTE);
  await dispatch(deps(), world.clock.now());
  return queue.take();
}

async function workAll(events: readonly SQSEvent[]): Promise<void> {
  for (const event of events) expect(await invoke(event)).toEqual({ batchItemFailures: [] });
}

describe('when a job comes', () => {
  it('checks its tags, acknowledges it and measures', async () => {
    await workAll(await tick());
    expect(world.committed).toHaveLength(3);
    expect(meter.sum('Checked')).toBe(3);
    expect(meter.sum('RegistryRequests')).toBe(8);
    expect(meter.sum('TrustRootAge')).toBe(120);
    expect(again).toEqual([]);
  });

  it('is the same when the queue delivers it twice', async () => {
    const events = await tick();
    await workAll([...events, ...events]);
    expect(world.committed).toHaveLength(3);
    const receipts = await Array.fromAsync(world.deps.runs.receipts('2026-03-19T03:01:00.000Z'));
    expect(receipts).toHaveLength(1);
  });

  it('acknowledges it also when its registry fails', async () => {
    world.registry.faults.add({ path: /manifests/, answer: { status: 503 } });
    await workAll(await tick());
    expect(meter.sum('Inconclusive')).toBe(3);
    expect(again).toEqual([]);
  });

  it('sends its rest when there is no time, and acknowledges', async () => {
    const [job] = await tick();
    if (job === undefined) throw new Error('nothing was due');
    expect(await invoke(job, 0)).toEqual({ batchItemFailures: [] });
    expect(queue.jobs).toMatchObject([{ kind: 'check', offset: 1 }]);
  });
});

describe('when a job cannot be worked', () => {
  it('lets it come again in seconds while the table throttles, and loses nothing', async () => {
    const [job, end] = await tick();
    if (job === undefined || end === undefined) throw new Error('nothing was due');
    world.database.faults.throttle(1_000);
    expect(await invoke(job)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(again).toEqual([{ receiptHandle: 'handle-0', receives: 1 }]);
    world.database.faults.throttle(0);
    await workAll([job, end]);
    expect(world.committed).toHaveLength(3);
  });

  it('is the same after a kill between commit and receipt', async () => {
    const [job, end] = await tick();
    if (job === undefined || end === undefined) throw new Error('nothing was due');
    const { runs } = world.deps;
    const putReceipt = runs.putReceipt.bind(runs);
    runs.putReceipt = () => Promise.reject(new Error('killed'));
    expect(await invoke(job)).toMatchObject({ batchItemFailures: [{}] });
    expect(world.committed).toHaveLength(3);
    runs.putReceipt = putReceipt;
    await workAll([job, end]);
    expect(world.committed).toHaveLength(3);
    const receipts = await Array.fromAsync(runs.receipts('2026-03-19T03:01:00.000Z'));
    expect(receipts).toMatchObject([{ whole: true, totals: { checked: 3, unchanged: 3 } }]);
  });

  it.each([
    ['no JSON', '{'],
    ['another major version', JSON.stringify({ v: 2, kind: 'check' })],
    ['another kind', JSON.stringify({ v: 1, kind: 'publish' })],
  ])('fails only itself: %s', async (_what, poison) => {
    expect(await invoke(sqsEvent(poison))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
    expect(again).toHaveLength(1);
    expect(said.lines).toMatchObject([{ level: 'error', message: 'job comes again' }]);
    await workAll(await tick());
    expect(world.committed).toHaveLength(3);
  });

  it('keeps those behind it in a batch for later: their order is their lane’s', async () => {
    const [job] = await tick();
    const body = job?.Records[0]?.body ?? '';
    expect(await invoke(sqsEvent('{', body))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    });
    expect(world.committed).toEqual([]);
  });

  it('says so also when it cannot be made to come again soon', async () => {
    const { clock } = world;
    const handler = createScanHandler({
      ...{ clock, log: said.log, meter, read: readJob, deps: async () => deps() },
      use: () => ({ requests: 0, quotas: new Map() }),
      trust: async () => [],
      comeAgain: () => Promise.reject(new Error('denied')),
    });
    expect(await handler(sqsEvent('{'), aContext())).toMatchObject({ batchItemFailures: [{}] });
    expect(said.lines.map(({ message }) => message)).toEqual([
      'job comes again',
      'job comes again late',
    ]);
  });
});
