import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSnsPublisher } from '../../lambda/adapters/sns/index.ts';
import { readJob } from '../../lambda/adapters/sqs/index.ts';
import type { EventRecord } from '../../lambda/domain/event.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { createDeliverHandler } from '../../lambda/handlers/deliver-handler.ts';
import { createDispatchHandler } from '../../lambda/handlers/dispatch-handler.ts';
import { createScanHandler } from '../../lambda/handlers/scan-handler.ts';
import {
  aContext,
  RecordingLog,
  RecordingMeter,
  RecordingQueue,
  sqsEvent,
} from '../support/lambda/index.ts';
import { pushImage } from '../support/registry/index.ts';
import { SnsDouble, TOPIC } from '../support/sns/index.ts';
import { World } from '../support/world/index.ts';

/*
 * The functions together, for an hour in which SNS takes nothing, the table throttles, the queue
 * delivers twice, functions are killed in the middle of their work, and somebody sends what is no
 * job. Then that is over.
 */

const TAGS = ['acme/app:1', 'acme/app:2', 'acme/web:1'];
const POISON = '{"v":1,"kind":"publish"}';
const RECEIVES = 3;

let world: World;
let sns: SnsDouble;
const queue = new RecordingQueue();
/** What the queue gave up. */
const deadLetters: string[] = [];
/** What really happened: of jobs that died with the table out of reach, and of receives in vain. */
let kills = 0;
let failures = 0;
/** Digests that each tag pointed at, in that order. */
const pointed = new Map<string, string[]>(TAGS.map((name) => [name, []]));

const parts = () => {
  return { clock: world.clock, log: new RecordingLog().log, meter: new RecordingMeter() };
};

function dispatch(): Promise<unknown> {
  const deps = { ...world.deps, queue };
  return createDispatchHandler({ ...parts(), deps })({}, aContext(60_000));
}

/** Each time a new instance of the function: what a killed one had in memory is gone. */
async function scan(body: string): Promise<'done' | 'failed'> {
  const handler = createScanHandler({
    ...parts(),
    deps: async () => ({ ...world.deps, queue }),
    use: () => ({ requests: 0, quotas: new Map() }),
    trust: async () => [],
    read: readJob,
    comeAgain: async () => {},
  });
  const { batchItemFailures } = await handler(sqsEvent(body), aContext());
  return batchItemFailures.length === 0 ? 'done' : 'failed';
}

function sweep(): Promise<unknown> {
  const publisher = createSnsPublisher({ client: sns.client, topicArn: TOPIC });
  const deps = async () => ({ ...world.deps, publisher });
  return createDeliverHandler({ ...parts(), deps })({ v: 1, kind: 'sweep' }, aContext(60_000));
}

function move(name: string): void {
  const [repository = '', tag = ''] = name.split(':');
  const content = `${name} ${pointed.get(name)?.length}`;
  pointed.get(name)?.push(pushImage(world.registry, repository, tag, { content }).digest);
}

/** Delivers a message as a queue does: again when it failed, three times in all, and now and then twice. */
async function receive(body: string, n: number, nth: number): Promise<void> {
  const { faults } = world.database;
  for (let receives = 1; receives <= RECEIVES; receives++) {
    if (receives === 1 && (n + nth) % 3 === 0) faults.crashAt(1 + (n % 11), 'after', 'any');
    if (receives === 1 && (n + nth) % 3 === 1) faults.throttle(1 + (n % 7));
    const outcome = await scan(body);
    if (faults.crashed) kills++;
    faults.revive();
    faults.throttle(0);
    if (outcome === 'failed') failures++;
    if (outcome === 'failed') continue;
    if ((n + nth) % 2 === 0) await scan(body);
    return;
  }
  deadLetters.push(body);
}

/** A while passes; all jobs are of one lane, and within it nothing overtakes. */
async function pass(n: number): Promise<void> {
  await world.clock.advance(3 * MINUTE);
  if (n % 4 === 1) await receive(POISON, n, 2);
  await dispatch();
  for (let nth = 0; ; nth++) {
    const message = queue.messages.shift();
    if (message === undefined) break;
    await receive(JSON.stringify(message.body), n, nth);
  }
  sns.failures.push(...Array.from({ length: 100 }, () => DOWN));
  await sweep();
}

const DOWN = { status: 500, code: 'InternalError', message: 'injected' };

beforeAll(async () => {
  [world, sns] = await Promise.all([World.start(), SnsDouble.start()]);
  for (const name of TAGS) move(name);
  const watches = TAGS.map((name) => `"HOST/${name}"`).join(', ');
  await world.apply(`defaults: {every: 1m, policy: none}\nwatch: [${watches}]`);
});
afterAll(async () => {
  await world.close();
  await sns.close();
});

describe('when an hour of trouble is over', () => {
  let histories: ReadonlyMap<string, readonly EventRecord[]>;
  const told = () =>
    sns.published.map(({ messages }) => JSON.parse(messages.sqs ?? '').id.replace(/^test\//, ''));

  beforeAll(async () => {
    for (let n = 0; n < 20; n++) {
      for (const [of, name] of TAGS.entries()) if (n % 4 === of + 1) move(name);
      await pass(n);
    }
    expect(sns.published).toEqual([]);
    sns.failures.length = 0;
    // An alert waits at most an hour for the next try.
    await world.clock.advance(60 * MINUTE);
    await sweep();
    const entries = TAGS.map(async (name) => {
      const history = await world.history(`${world.registry.host}/${name}`);
      return [name, history] as const;
    });
    histories = new Map(await Promise.all(entries));
  }, 60_000);

  it('no event was lost: every move of every tag is in its history, once', () => {
    for (const [name, events] of histories) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
      expect(events.map(({ now }) => now?.digest)).toEqual(pointed.get(name));
    }
  });

  it('no effect was lost: what is known of each tag is where it points', async () => {
    for (const name of TAGS) {
      const read = await world.deps.states.read(`${world.registry.host}/${name}`);
      expect(read).toMatchObject({ state: { digest: pointed.get(name)?.at(-1) } });
    }
  });

  it('no alert was lost, and of each tag they came in order', () => {
    for (const events of histories.values()) {
      const wanted = events
        .filter(({ alert }) => alert)
        .map(({ subject, seq }) => `${subject}#${seq}`);
      const mine = told().filter((id) => id.startsWith(`${events[0]?.subject}#`));
      expect([...new Set(mine)]).toEqual(wanted);
      expect(wanted).toHaveLength(events.length - 1);
    }
  });

  it('it was one', () => {
    expect(kills).toBeGreaterThan(5);
    expect(failures).toBeGreaterThan(kills + 5 * RECEIVES);
  });

  it('only what is no job is in the dead letters', () => {
    expect(deadLetters).toEqual(Array.from({ length: 5 }, () => POISON));
  });
});
