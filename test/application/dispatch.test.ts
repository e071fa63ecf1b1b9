import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../lambda/application/dispatch.ts';
import { updateLane } from '../../lambda/application/lanes.ts';
import { type Job, JobsRefused, type Lane } from '../../lambda/application/ports.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import type { Unit } from '../../lambda/domain/watch.ts';
import { pushImage } from '../support/registry/index.ts';
import { aState, aUnit } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';
import { endRounds, recordSent } from '../support/world/sent-jobs.ts';

const LANE = 'ghcr.io';
let world: World;
let sent: Job[];

beforeEach(async () => {
  world = await World.start();
  sent = recordSent(world);
});
afterEach(() => world.close());

const now = () => world.clock.now();
const tick = async (after = MINUTE) => {
  await world.clock.advance(after);
  sent.length = 0;
  return dispatch(world.deps, now());
};
const unitsSent = () => sent.flatMap((job) => (job.kind === 'check' ? [job.unit.id] : []));
const lane = async (id = LANE) => (await world.deps.lanes.read(id)) as Lane;
const change = (next: (lane: Lane) => Lane, id = LANE) =>
  updateLane(world.deps.lanes, id, (current) => next(current as Lane));

async function putUnits(...units: Partial<Unit>[]): Promise<void> {
  await world.deps.watches.putUnits(units.map((unit) => aUnit({ slot: 0, ...unit })));
}

describe('when units are due', () => {
  it('sends each at its minute, with an end marker behind them', async () => {
    // 03:00 is minute 0 of every interval up to an hour.
    await putUnits({ id: 'at-1', every: 5, slot: 1 }, { id: 'at-3', every: 5, slot: 3 });
    await tick();
    expect(unitsSent()).toEqual(['at-1']);
    expect(sent.at(-1)).toMatchObject({ kind: 'end-of-round', lane: LANE });
    await endRounds(world, sent);
    await tick();
    expect(sent).toEqual([]);
    await tick();
    expect(unitsSent()).toEqual(['at-3']);
    await endRounds(world, sent);
    await tick(3 * MINUTE);
    expect(unitsSent()).toEqual(['at-1']);
  });

  it('writes nothing for a lane with nothing due', async () => {
    await putUnits({ id: 'later', every: 60, slot: 30 });
    await tick();
    await endRounds(world, sent);
    world.database.faults.resetCounts();
    await tick();
    expect(world.database.faults.writes).toBe(0);
  });

  it('catches up with every slot that passed while nobody ticked', async () => {
    await putUnits({ id: 'a', every: 60, slot: 5 }, { id: 'b', every: 60, slot: 50 });
    await tick();
    await endRounds(world, sent);
    await tick(20 * MINUTE);
    expect(unitsSent()).toEqual(['a']);
    await endRounds(world, sent);
    await tick(10 * HOUR);
    expect(unitsSent().sort()).toEqual(['a', 'b']);
  });
});

describe('when the round before is not done', () => {
  beforeEach(() => putUnits({ id: 'often', every: 1, slot: 0 }));

  it('leaves the lane alone until its end marker was handled', async () => {
    await tick();
    const round = [...sent];
    expect(await tick()).toMatchObject({ jobs: 0, busy: [LANE] });
    sent = round;
    await endRounds(world, sent);
    expect(await tick()).toMatchObject({ jobs: 1, busy: [] });
  });

  it('tells how long it lags, and when nobody has worked it for ten minutes', async () => {
    const report = await tick();
    expect(report).toMatchObject({ stalled: [], lags: new Map([[LANE, 30_000]]) });
    expect(await tick(9 * MINUTE)).toMatchObject({
      stalled: [],
      lags: new Map([[LANE, 9 * MINUTE + 30_000]]),
    });
    expect(await tick()).toMatchObject({ stalled: [LANE] });
    await change((found) => ({ ...found, leaseUntil: plus(now(), 30 * MINUTE) }));
    expect(await tick()).toMatchObject({ stalled: [] });
  });

  it('counts it as lost when its lease is over, and sends all of it again', async () => {
    await putUnits({ id: 'daily', every: 1440, slot: 181 });
    await tick();
    expect(unitsSent()).toEqual(['often', 'daily']);
    expect(await tick(29 * MINUTE)).toMatchObject({ jobs: 0 });
    await tick(2 * MINUTE);
    expect(unitsSent()).toEqual(['often', 'daily']);
  });

  it('ignores a late end marker of a round that was lost', async () => {
    await tick();
    const lost = [...sent];
    await tick(31 * MINUTE);
    sent = lost;
    await endRounds(world, sent);
    expect((await lane()).roundEnded).toBe(false);
  });
});

describe('when the queue never takes one of the units', () => {
  it('sends the others, and ends the round', async () => {
    await putUnits({ id: 'a', every: 1, slot: 0 }, { id: 'b', every: 5, slot: 1 });
    const { queue } = world.deps;
    const send = queue.send.bind(queue);
    queue.send = async (messages) => {
      const fitting = messages.filter(({ body }) => body.kind !== 'check' || body.unit.id !== 'a');
      await send(fitting);
      if (fitting.length < messages.length) throw new JobsRefused('too long');
    };
    await tick();
    expect(unitsSent()).toEqual(['b']);
    expect(sent.at(-1)).toMatchObject({ kind: 'end-of-round' });
    expect(await lane()).toMatchObject({ window: { sent: true } });
  });

  it('leaves the window claimed when anything else goes wrong, and sends it again', async () => {
    await putUnits({ id: 'a', every: 1, slot: 0 });
    const { queue } = world.deps;
    const send = queue.send.bind(queue);
    queue.send = async () => {
      throw new Error('queue is down');
    };
    expect(await tick()).toMatchObject({ jobs: 0 });
    queue.send = send;
    expect(await tick()).toMatchObject({ jobs: 1 });
  });
});

describe('when a dispatcher dies', () => {
  it('sends the same messages again, which the queue drops, and goes on', async () => {
    await putUnits({ id: 'a', every: 1, slot: 0 }, { id: 'b', every: 5, slot: 2 });
    await tick();
    await endRounds(world, sent);
    const { faults } = world.database;
    // The first write of a tick is the claim, the second notes that it was sent.
    faults.crashAt(2, 'before');
    await expect(tick()).rejects.toThrow();
    expect(unitsSent()).toEqual(['a', 'b']);
    expect(world.deps.queue.size).toBe(5);
    faults.revive();
    await tick();
    expect(unitsSent()).toEqual(['a', 'b']);
    expect(world.deps.queue.size).toBe(5);
    expect(await lane()).toMatchObject({ round: 2, window: { sent: true } });
  });

  it('lets only one of two at the same time fill a lane', async () => {
    await putUnits({ id: 'a', every: 1, slot: 0 });
    await world.clock.advance(MINUTE);
    const both = [dispatch(world.deps, now()), dispatch(world.deps, now())];
    const jobs = (await Promise.all(both)).map((report) => report.jobs);
    expect(jobs.sort()).toEqual([0, 1]);
    expect(world.deps.queue.size).toBe(2);
  });
});

describe('when more is due than a round takes', () => {
  it('sends 500 units a round and goes on behind the last, through the same window', async () => {
    const units = Array.from({ length: 1001 }, (_, n) => ({
      id: String(n).padStart(4, '0'),
      every: 1 as const,
    }));
    for (let n = 0; n < units.length; n += 25) await putUnits(...units.slice(n, n + 25));
    const all: string[] = [];
    for (const size of [500, 500, 1]) {
      await tick();
      expect(unitsSent()).toHaveLength(size);
      all.push(...unitsSent());
      await endRounds(world, sent);
    }
    expect(all).toEqual(units.map(({ id }) => id));
    expect((await lane()).window).toBeUndefined();
    await tick();
    expect(unitsSent()).toHaveLength(500);
  });
});

describe('when a registry asked for silence', () => {
  it('leaves its lane alone until then, and no other', async () => {
    await putUnits({ id: 'a', every: 1 }, { id: 'b', every: 1, lane: 'quay.io' });
    await tick();
    await endRounds(world, sent);
    await change((current) => ({ ...current, notBefore: plus(now(), 5 * MINUTE) }));
    expect(await tick()).toMatchObject({ throttled: [LANE], busy: [] });
    expect(unitsSent()).toEqual(['b']);
    await endRounds(world, sent);
    await tick(4 * MINUTE);
    expect(unitsSent().sort()).toEqual(['a', 'b']);
  });
});

describe('when one lane cannot be read', () => {
  it('fills the others', async () => {
    await putUnits({ id: 'a', every: 1 }, { id: 'b', every: 1, lane: 'quay.io' });
    const { watches } = world.deps;
    const unitsBySlot = watches.unitsBySlot.bind(watches);
    watches.unitsBySlot = (id, ...rest) => {
      if (id === LANE) throw new Error('broken');
      return unitsBySlot(id, ...rest);
    };
    await tick();
    expect(unitsSent()).toEqual(['b']);
  });
});

describe('when a tag is pending', () => {
  const tagKey = 'ghcr.io/acme/app:1.4.2';
  const pending = (changes = {}) => aState({ tagKey, nextCheckAt: now(), ...changes });

  it('is checked although its slot is not due, alone', async () => {
    await world.apply(
      'watch: [{images: [ghcr.io/acme/app:1.4.2, ghcr.io/acme/app:2], policy: none, every: 24h}]',
    );
    await tick();
    await endRounds(world, sent);
    await world.deps.states.remember(pending(), 'absent');
    expect(await tick()).toMatchObject({ jobs: 1, pending: 1 });
    expect(sent[0]).toMatchObject({ partial: true, unit: { tags: [{ tag: '1.4.2' }] } });
  });

  it('is found in the unit of its filter', async () => {
    await world.apply(
      'watch: [{image: ghcr.io/acme/app, tags: {semver: "1.x"}, policy: none, every: 24h}]',
    );
    await tick();
    await endRounds(world, sent);
    await world.deps.states.remember(pending(), 'absent');
    await tick();
    expect(sent[0]).toMatchObject({ unit: { tags: [{ tag: '1.4.2' }] } });
    expect(sent[0]).not.toMatchObject({ unit: { filter: {} } });
  });

  it('is sent once when its unit is due anyway', async () => {
    await world.apply('watch: [{image: ghcr.io/acme/app:1.4.2, policy: none, every: 1m}]');
    await world.deps.states.remember(pending(), 'absent');
    expect(await tick()).toMatchObject({ jobs: 1, pending: 0 });
  });

  it('stops being pending when nobody watches it any more', async () => {
    await world.apply('watch: [{image: ghcr.io/acme/other:1, policy: none, every: 24h}]');
    await world.deps.states.remember(pending(), 'absent');
    await tick();
    expect(await world.deps.states.read(tagKey)).toMatchObject({ state: { seq: 1, rev: 2 } });
    expect(await Array.fromAsync(world.deps.states.pending(now()))).toEqual([]);
  });
});

describe('when a lane falls behind', () => {
  const kinds = () => world.committed.map(({ kind, subject }) => `${subject} ${kind}`);

  it('tells it once, and once that it has caught up', async () => {
    await putUnits({ id: 'a', every: 1 });
    await tick();
    await endRounds(world, sent);
    await change((current) => ({ ...current, notBefore: plus(now(), 3 * HOUR) }));
    await tick(50 * MINUTE);
    expect(kinds()).toEqual([]);
    await tick(12 * MINUTE);
    await tick(HOUR);
    expect(kinds()).toEqual(['registry:ghcr.io watch.failing']);
    expect(world.committed[0]).toMatchObject({ state: 'open', data: { reason: 'behind' } });
    await tick(HOUR);
    await endRounds(world, sent);
    await tick();
    expect(kinds()).toEqual(['registry:ghcr.io watch.failing', 'registry:ghcr.io watch.recovered']);
    expect(world.committed[1]).toMatchObject({ resolves: 'registry:ghcr.io#1', state: 'closed' });
    expect((await lane()).behind).toBeUndefined();
  });

  it('does not tell it again when the dispatcher died after telling', async () => {
    await putUnits({ id: 'a', every: 1 });
    await tick();
    await endRounds(world, sent);
    await change((current) => ({ ...current, notBefore: plus(now(), 5 * HOUR) }));
    world.database.faults.crashAt(2, 'before');
    await tick(2 * HOUR);
    world.database.faults.revive();
    await tick(MINUTE);
    expect(kinds()).toEqual(['registry:ghcr.io watch.failing']);
    expect((await lane()).behind).toBe(1);
  });

  it('says nothing of a lane that had nothing to do', async () => {
    await putUnits({ id: 'a', every: 1440, slot: 0 });
    await tick(20 * HOUR);
    await endRounds(world, sent);
    await tick(20 * HOUR);
    expect(kinds()).toEqual([]);
  });
});

describe('when an apply has written units', () => {
  const YAML = `watch:
  - {image: HOST/shop/api:1, policy: none, every: 24h}
  - {image: HOST/shop/gone:1, policy: none, every: 24h}
  - {image: HOST/shop/many, tags: {glob: ["v*"]}, policy: none, every: 6h}`;

  beforeEach(() => {
    pushImage(world.registry, 'shop/api', '1', { content: 'one' });
    pushImage(world.registry, 'shop/gone', '2', { content: 'other' });
    for (let n = 0; n < 3; n++) {
      pushImage(world.registry, 'shop/many', `v${n}`, { content: `v${n}` });
    }
  });
  const baselines = () => world.committed.filter(({ kind }) => kind === 'baseline.taken');

  it('checks them at once, and ends in one baseline that lists every tag', async () => {
    await world.apply(YAML);
    await world.tick();
    await world.tick();
    await world.tick();
    expect(baselines()).toHaveLength(1);
    expect(baselines()[0]).toMatchObject({
      alert: true,
      data: {
        complete: true,
        counts: {
          resolved: 4,
          unsigned: 0,
          rejected: 0,
          'not found': 1,
          denied: 0,
          inconclusive: 0,
        },
        lists: { 'not found': [`${world.registry.host}/shop/gone:1`] },
      },
    });
    expect((await lane(world.registry.host)).fresh).toBeUndefined();
  });

  it('waits for a lane that cannot be worked yet, and gives up after six hours', async () => {
    await world.apply(YAML);
    await change(
      (current) => ({ ...current, notBefore: plus(now(), 8 * HOUR) }),
      world.registry.host,
    );
    await world.tick(5 * HOUR);
    expect(baselines()).toEqual([]);
    await world.tick(2 * HOUR);
    expect(baselines()).toMatchObject([{ data: { complete: false, counts: { resolved: 0 } } }]);
  });

  it('commits it once, whatever dies between', async () => {
    await world.apply(YAML);
    await world.tick();
    for (let n = 1; n < 5; n++) {
      world.database.faults.crashAt(n, 'after');
      await world.tick().catch(() => {});
      await world.restart();
    }
    await world.tick();
    const told = world.publisher.ids.filter((id) => id.startsWith('baseline:'));
    expect(new Set(told).size).toBe(1);
    const since = plus(now(), -HOUR);
    const feed = await Array.fromAsync(world.deps.events.feed({ since, until: now() }));
    expect(feed.filter(({ kind }) => kind === 'baseline.taken')).toHaveLength(1);
  });
});
