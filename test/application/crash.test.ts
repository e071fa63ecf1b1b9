import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../lambda/application/dispatch.ts';
import { runsSince } from '../../lambda/application/history.ts';
import { scanJob } from '../../lambda/application/scan.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { START, World } from '../support/world/index.ts';

let world: World;
let tagKey: string;
let contents = 0;

beforeEach(async () => {
  contents = 0;
  world = await World.start();
  tagKey = `${world.registry.host}/shop/api:1`;
  // A dead process publishes nothing.
  world.publisher.fail = () => (world.database.faults.crashed ? new Error('dead') : undefined);
  push(`first ${++contents}`);
  await world.apply('watch: [{image: HOST/shop/api:1, policy: none, every: 1m}]');
  await world.tick();
  await world.tick();
});
afterEach(() => world.close());

function push(content: string): string {
  return pushImage(world.registry, 'shop/api', '1', { content }).digest;
}

/** What a tick does, by a process that may die in it. */
async function tickUntilDeath(): Promise<void> {
  try {
    await world.tick();
  } catch (thrown) {
    if (!world.database.faults.crashed) throw thrown;
  }
}

/** Later ticks of a living process, until nothing can be under way any more. */
async function settle(): Promise<void> {
  await world.tick();
  await world.tick(HOUR);
}

/** The log, the state and what was published tell the same story, and nothing is left to do. */
async function expectNothingLost(): Promise<void> {
  const { deps, publisher } = world;
  const events = await world.history(tagKey);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
  for (const [n, event] of events.entries()) {
    expect(event.was?.digest).toBe(events[n - 1]?.now?.digest);
    expect(event.now?.digest).not.toBe(event.was?.digest);
  }
  const told = events.filter(({ alert }) => alert).map(({ seq }) => `${tagKey}#${seq}`);
  expect(told.filter((id) => !publisher.ids.includes(id))).toEqual([]);
  expect(await deps.events.marked(tagKey)).toEqual([]);

  const read = await deps.states.read(tagKey);
  const there = world.registry.store.find('shop/api')?.tags.get('1');
  expect(read).toMatchObject({ kind: 'found', state: { seq: events.length, digest: there } });
  const sightings = await deps.sightings.of(there as never, tagKey);
  expect(sightings.length).toBeGreaterThan(0);
}

/**
 * Kills the process at every write that a tick with a move makes, one after the other, `before` it
 * is made or `after` it; reads in between change nothing. `meanwhile` happens while it is dead.
 */
async function killAtEveryWrite(
  when: 'before' | 'after',
  meanwhile: (before: string) => unknown = () => {},
  afterwards: () => unknown = () => {},
): Promise<number> {
  const { faults } = world.database;
  for (let n = 1; ; n++) {
    const before = world.registry.store.find('shop/api')?.tags.get('1') ?? '';
    push(`content ${++contents}`);
    faults.crashAt(n, when);
    await tickUntilDeath();
    const died = faults.crashed;
    if (died) await meanwhile(before);
    await world.restart();
    await settle();
    if (died) await afterwards();
    await expectNothingLost();
    if (!died) return n - 1;
  }
}

describe('when the scan is killed at any step between reading and marking delivered', () => {
  it.each(['before', 'after'] as const)('loses no event and tells none twice, %s', async (when) => {
    const deaths = await killAtEveryWrite(when);
    expect(deaths).toBeGreaterThan(5);
    // Every push is one event, and the first of them the first sight of the tag.
    expect(await world.history(tagKey)).toHaveLength(contents);
  });

  it('tells both moves of a tag that meanwhile moved back, or none', async () => {
    await killAtEveryWrite('before', (before) => {
      world.registry.store.find('shop/api')?.tags.set('1', before as never);
    });
  });

  it('is not misled by stale reads and lagging indexes', async () => {
    const { faults } = world.database;
    const lag = () => faults.holdBack('both');
    await killAtEveryWrite('before', lag, async () => {
      await faults.catchUp();
      await settle();
    });
  });
});

describe('when the same job is delivered twice', () => {
  const bothAtOnce = async (meanwhile: () => unknown = () => {}): Promise<void> => {
    const { deps, clock } = world;
    await clock.advance(MINUTE);
    await dispatch(deps, clock.now());
    const stop = new AbortController();
    const budget = { until: plus(clock.now(), MINUTE), concurrency: 4 };
    const worked = deps.queue.work(
      async (job) => {
        await Promise.all([scanJob(deps, job, budget), scanJob(deps, job, budget)]);
        await meanwhile();
        await scanJob(deps, job, budget);
      },
      { concurrency: 1, signal: stop.signal },
    );
    await deps.queue.drained(0);
    stop.abort();
    await worked;
  };

  it('is one event and one receipt', async () => {
    push('twice');
    await bothAtOnce();
    await settle();
    await expectNothingLost();
    expect((await world.history(tagKey)).map(({ kind }) => kind)).toEqual([
      'tag.first-seen',
      'tag.moved',
    ]);
    for await (const run of runsSince(world.deps, START)) {
      expect(run).toMatchObject({ incomplete: false, receipts: run.jobs });
    }
  });

  it('is two events when the tag moved back in between', async () => {
    const before = world.registry.store.find('shop/api')?.tags.get('1');
    push('there');
    await bothAtOnce(() => world.registry.store.find('shop/api')?.tags.set('1', before as never));
    await settle();
    await expectNothingLost();
    expect((await world.history(tagKey)).map(({ now }) => now?.digest === before)).toEqual([
      true,
      false,
      true,
    ]);
  });
});
