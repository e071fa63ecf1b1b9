import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDispatchHandler } from '../../lambda/handlers/dispatch-handler.ts';
import { aContext, RecordingLog, RecordingMeter, RecordingQueue } from '../support/lambda/index.ts';
import { aUnit } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

let world: World;
let meter: RecordingMeter;
let queue: RecordingQueue;

beforeEach(async () => {
  world = await World.start();
  meter = new RecordingMeter();
  queue = new RecordingQueue();
  await world.deps.watches.putUnits([aUnit({ every: 1, slot: 0 })]);
});
afterEach(() => world.close());

function invoke(payload: unknown) {
  const { clock } = world;
  const { log } = new RecordingLog();
  const handler = createDispatchHandler({ clock, log, meter, deps: { ...world.deps, queue } });
  return handler(payload, aContext(60_000));
}

describe('when it is a tick', () => {
  it('is one at the time of the clock, whatever the payload says', async () => {
    await world.clock.advance(60_000);
    const lie = {
      time: '2031-01-01T00:00:00Z',
      'scheduled-time': '<aws.scheduler.scheduled-time>',
    };
    expect(await invoke(lie)).toMatchObject({ tick: '2026-03-19T03:01:00.000Z', jobs: 1 });
    expect(queue.jobs).toMatchObject([
      { kind: 'check', tick: '2026-03-19T03:01:00.000Z' },
      { kind: 'end-of-round' },
    ]);
  });

  it.each([undefined, null, '', [], { v: 1 }, { kind: 'scan' }])(
    'takes %j for one',
    async (payload) => {
      expect(await invoke(payload)).toHaveProperty('tick');
    },
  );

  it('measures whether it did all it had to', async () => {
    await invoke({});
    expect(meter.sum('CompleteTicks')).toBe(1);
    queue.send = async () => {
      throw new Error('queue is down');
    };
    await world.clock.advance(60_000);
    meter.measures.length = 0;
    await world.deps.watches.putUnits([aUnit({ lane: 'quay.io', registry: 'quay.io', every: 1 })]);
    expect(await invoke({})).toMatchObject({ failed: ['quay.io'] });
    expect(meter.sum('CompleteTicks')).toBe(0);
  });

  it('fails when the lanes cannot be listed, so that an alarm hears of it', async () => {
    world.database.faults.throttle(100);
    await expect(invoke({})).rejects.toMatchObject({ code: 'THROTTLED' });
    world.database.faults.throttle(0);
  });
});

describe('when it is a request', () => {
  it('answers it and makes no tick of it', async () => {
    const request = { v: 1, kind: 'test-alert', id: '0123456789ab', severity: 'high', labels: [] };
    expect(await invoke(request)).toEqual({ v: 1, ok: true, kind: 'test-alert' });
    expect(queue.jobs).toMatchObject([{ kind: 'test-alert', id: '0123456789ab' }]);
    expect(meter.measures).toEqual([]);
  });

  it('says what is wrong with one, and does nothing', async () => {
    expect(await invoke({ v: 1, kind: 'publish' })).toMatchObject({ v: 1, ok: false });
    expect(queue.messages).toEqual([]);
  });
});
