import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createQuietLogger } from '../../../lambda/adapters/runtime/logger.ts';
import type { TrustRepository, TrustUpdate } from '../../../lambda/application/ports.ts';
import { keepTrustFresh } from '../../../lambda/application/run/trust-loop.ts';
import { DAY, HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';
import { ManualClock, START } from '../../support/world/index.ts';

const OFFLINE: TrustUpdate = {
  kind: 'failed',
  reason: 'unreachable',
  detail: 'getaddrinfo ENOTFOUND',
  metadata: {},
};
const GOOD: TrustUpdate = { kind: 'current', version: 1, bytes: Buffer.from('{}'), metadata: {} };

let database: TestStore;
let clock: ManualClock;
let update: TrustUpdate;
let asked: string[];
let logged: [level: string, reason: unknown][];
let stop: AbortController;
beforeEach(async () => {
  database = await startStore();
  clock = new ManualClock(START);
  asked = [];
  logged = [];
  stop = new AbortController();
});
afterEach(() => database.close());

function start(): Promise<void> {
  const repository: TrustRepository = {
    async update() {
      asked.push(clock.now());
      return update;
    },
  };
  const note = (level: string) => (_: string, fields?: Record<string, unknown>) =>
    void logged.push([level, fields?.reason]);
  return keepTrustFresh(
    {
      trust: database.store.trust,
      log: { ...createQuietLogger(), debug: note('debug'), warn: note('warn') },
      clock,
      name: 'public-good',
      repository,
      requireSound: () => {},
    },
    stop.signal,
  );
}

/** Until the loop sleeps again: what it does before goes over HTTP to the store. */
async function asleep(): Promise<void> {
  while (clock.sleepers === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function pass(duration: number): Promise<void> {
  await asleep();
  await clock.advance(duration);
  await asleep();
}

describe('the root of a process that runs for days', () => {
  it('is refreshed at once and then once a day', async () => {
    update = GOOD;
    const ended = start();
    await pass(MINUTE);
    expect(asked).toHaveLength(1);
    await pass(DAY - HOUR);
    expect(asked).toHaveLength(1);
    await pass(HOUR);
    expect(asked).toHaveLength(2);
    stop.abort();
    await ended;
    expect(logged).toEqual([
      ['debug', undefined],
      ['debug', undefined],
    ]);
  });

  it('is not refreshed again by every start', async () => {
    update = GOOD;
    const first = start();
    await pass(MINUTE);
    stop.abort();
    await first;
    stop = new AbortController();
    const second = start();
    await pass(HOUR);
    expect(asked).toHaveLength(1);
    await pass(DAY);
    expect(asked).toHaveLength(2);
    stop.abort();
    await second;
  });

  it('is tried every hour without network, and nobody is troubled', async () => {
    update = OFFLINE;
    const ended = start();
    await pass(MINUTE);
    for (let hour = 0; hour < 3; hour += 1) await pass(HOUR);
    stop.abort();
    await ended;
    expect(asked).toHaveLength(4);
    expect(logged.every(([level]) => level === 'debug')).toBe(true);
  });

  it('is a warning once it has not been confirmed for a week', async () => {
    update = GOOD;
    const ended = start();
    await pass(MINUTE);
    update = OFFLINE;
    await pass(DAY);
    expect(logged.at(-1)).toEqual(['debug', 'unreachable']);
    await pass(7 * DAY);
    expect(logged.at(-1)).toEqual(['warn', 'unreachable']);
    stop.abort();
    await ended;
  });

  it('is a warning when the repository must not be believed', async () => {
    update = { ...OFFLINE, reason: 'refused' } as TrustUpdate;
    const ended = start();
    await pass(MINUTE);
    stop.abort();
    await ended;
    expect(logged).toEqual([['warn', 'refused']]);
  });
});
