import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../lambda/application/dispatch.ts';
import {
  dispatchSelected,
  type SelectedRequest,
} from '../../lambda/application/dispatch-selected.ts';
import { updateLane } from '../../lambda/application/lanes.ts';
import type { Job, Lane } from '../../lambda/application/ports.ts';
import { runsSince } from '../../lambda/application/runs.ts';
import type { ScanAnswer } from '../../lambda/contract/dispatch-request.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import type { Unit } from '../../lambda/domain/watch.ts';
import { pushImage } from '../support/registry/index.ts';
import { aUnit, TERMS } from '../support/store/examples.ts';
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
const lane = async (id = LANE) => (await world.deps.lanes.read(id)) as Lane;
const checks = () => sent.flatMap((job) => (job.kind === 'check' ? [job] : []));
const idsSent = () => checks().map(({ unit }) => unit.id);
const putUnits = (...units: Partial<Unit>[]) =>
  world.deps.watches.putUnits(units.map((unit) => aUnit({ slot: 0, every: 1440, ...unit })));

async function ask(
  request: Partial<SelectedRequest> = {},
  until = plus(now(), HOUR),
): Promise<ScanAnswer> {
  sent.length = 0;
  return dispatchSelected(world.deps, { selection: {}, ...request }, until);
}

async function tick(): Promise<void> {
  await world.clock.advance(MINUTE);
  sent.length = 0;
  await dispatch(world.deps, now());
}

describe('when tags are asked for', () => {
  it('sends their units whatever their slots, with an end marker, in a run of their own', async () => {
    await putUnits({ id: 'a', slot: 700 }, { id: 'b', every: 5, slot: 4 });
    const answer = await ask();
    expect(answer).toMatchObject({
      tick: now(),
      jobs: 2,
      lanes: [{ lane: LANE, state: 'sent', jobs: 2 }],
    });
    expect(idsSent()).toEqual(['b', 'a']);
    expect(sent.at(-1)).toMatchObject({ kind: 'end-of-round', round: 1 });
    const [run] = await Array.fromAsync(runsSince(world.deps, now()));
    expect(run).toMatchObject({ tick: answer.tick, jobs: 2, incomplete: true });
  });

  it('sends of a unit only the tags that were named, and reads no state for it', async () => {
    const tags = ['1', '2', '3'].map((tag) => ({ tag, terms: [TERMS] }));
    await putUnits({ id: 'a', tags, slot: 3 }, { id: 'other', repository: 'acme/other' });
    world.database.faults.resetCounts();
    await ask({ selection: { patterns: ['*acme/app:[23]', 'ghcr.io/acme/app:2*'] } });
    expect(checks()).toMatchObject([{ partial: true, unit: { id: 'a', tags: [{ tag: '2' }] } }]);
    expect(world.database.faults.counts.BatchGetItem).toBeUndefined();
  });

  it('reads only the slots of repositories that are named', async () => {
    const { slotOf } = await import('../../lambda/domain/unit-parts.ts');
    const many = Array.from({ length: 200 }, (_, n) => {
      const repository = `acme/r${n}`;
      return { id: `u${n}`, repository, slot: slotOf(`ghcr.io/${repository}`, 1440) };
    });
    await putUnits(...many);
    const read: string[] = [];
    const { unitsBySlot } = world.deps.watches;
    world.deps.watches.unitsBySlot = async function* (...query) {
      for await (const unit of unitsBySlot.apply(world.database.store.watches, query)) {
        read.push(unit.id);
        yield unit;
      }
    };
    await ask({ selection: { patterns: ['ghcr.io/acme/r7:1.4.2'] } });
    expect(idsSent()).toEqual(['u7']);
    expect(read.length).toBeLessThan(5);
  });

  it('says nothing of lanes that have nothing of it', async () => {
    await putUnits({ id: 'a' }, { id: 'q', lane: 'quay.io', registry: 'quay.io' });
    expect((await ask({ selection: { registry: 'quay.io' } })).lanes).toMatchObject([
      { lane: 'quay.io', jobs: 1 },
    ]);
    expect(await ask({ selection: { patterns: ['nothing/*'] } })).toEqual({
      ...{ v: 1, ok: true, kind: 'scan', jobs: 0, lanes: [] },
    });
    expect(await Array.fromAsync(runsSince(world.deps, plus(now(), 1)))).toEqual([]);
  });

  it('checks them, and ends its round', async () => {
    pushImage(world.registry, 'shop/api', '1', { content: 'one' });
    await world.apply('watch: [{image: "HOST/shop/api:1", policy: none, every: 24h}]');
    const { tick: run = '' } = await ask({ selection: { patterns: ['*/shop/api:1'] } });
    await world.work();
    const [summary] = await Array.fromAsync(runsSince(world.deps, run));
    expect(summary).toMatchObject({ incomplete: false, totals: { checked: 1, firstSeen: 1 } });
    expect(await lane(world.registry.host)).toMatchObject({ roundEnded: true, round: 1 });
  });
});

describe('when more is asked for than a round takes', () => {
  it('sends 500 units, says where to go on, and goes on there', async () => {
    await putUnits(...Array.from({ length: 501 }, (_, n) => ({ id: `u${1000 + n}` })));
    const first = await ask();
    expect(first.lanes).toMatchObject([{ jobs: 500, resumeAt: '1440/0000#u1499' }]);
    await endRounds(world, sent);
    const second = await ask({ lanes: [{ lane: LANE, resumeAt: '1440/0000#u1499' }] });
    expect(second.lanes).toEqual([{ lane: LANE, state: 'sent', jobs: 1 }]);
    expect(idsSent()).toEqual(['u1500']);
  });

  it('sends the tags of one unit in as many jobs as they need, and never cuts between them', async () => {
    const tags = Array.from({ length: 250 }, (_, n) => ({ tag: `v${n}`, terms: [TERMS] }));
    await putUnits({ id: 'a', tags }, { id: 'b' });
    const answer = await ask({ selection: { patterns: ['*:v*', '*:1.4.2'] } }, now());
    expect(checks().map(({ id, unit }) => `${id} ${unit.tags.length}`)).toEqual([
      ...['ghcr.io/1/a! 100', 'ghcr.io/1/a!1 100', 'ghcr.io/1/a!2 50'],
    ]);
    expect(answer.lanes).toMatchObject([{ jobs: 3, resumeAt: '1440/0000#a' }]);
  });

  it('stops when its time is over, after at least one', async () => {
    await putUnits({ id: 'a' }, { id: 'b' });
    expect((await ask({}, now())).lanes).toMatchObject([{ jobs: 1, resumeAt: '1440/0000#a' }]);
    expect(sent.at(-1)?.kind).toBe('end-of-round');
  });
});

describe('the schedule', () => {
  beforeEach(() => putUnits({ id: 'often', every: 1 }, { id: 'daily', slot: 900 }));

  it('is left as it is by a round on request: what is due is sent after it', async () => {
    await tick();
    expect(idsSent()).toEqual(['often']);
    await endRounds(world, sent);
    await ask({ selection: { patterns: ['*'] } });
    await endRounds(world, sent);
    await tick();
    expect(idsSent()).toEqual(['often']);
    expect(await lane()).toMatchObject({ round: 3, window: { sent: true } });
  });

  it('never has two rounds in a lane at once', async () => {
    await tick();
    expect((await ask()).lanes).toEqual([{ lane: LANE, state: 'busy', jobs: 0 }]);
    expect(sent).toEqual([]);
    await world.clock.advance(1);
    await putUnits({ id: 'q', lane: 'quay.io', registry: 'quay.io' });
    await ask({ selection: { registry: 'quay.io' } });
    sent.length = 0;
    await dispatch(world.deps, now());
    expect(idsSent()).toEqual([]);
  });

  it('is not starved by whoever asks again and again', async () => {
    await tick();
    await endRounds(world, sent);
    await ask();
    await endRounds(world, sent);
    await world.clock.advance(MINUTE);
    // "often" is due, and the last round was one on request.
    expect((await ask()).lanes).toMatchObject([{ state: 'busy' }]);
    await dispatch(world.deps, now());
    expect(idsSent()).toEqual(['often']);
    await endRounds(world, sent);
    expect((await ask()).lanes).toMatchObject([{ state: 'sent' }]);
  });

  it('lets one on request follow another while nothing is due', async () => {
    await tick();
    await endRounds(world, sent);
    for (let n = 0; n < 3; n++) {
      expect((await ask()).lanes).toMatchObject([{ state: 'sent', jobs: 2 }]);
      await endRounds(world, sent);
    }
  });

  it('goes on in the middle of a window that a round on request came into', async () => {
    await putUnits(
      ...Array.from({ length: 501 }, (_, n) => ({ id: `u${1000 + n}`, every: 5 as const })),
    );
    await tick();
    await endRounds(world, sent);
    await world.clock.advance(3 * MINUTE);
    // 03:05 is minute 0 of five: all of them are due, more than a round takes.
    await tick();
    const { window } = await lane();
    expect(window?.resumeAt).toBeDefined();
    await endRounds(world, sent);
    await ask({ selection: { patterns: ['*acme/app:1*'] } });
    await endRounds(world, sent);
    expect((await lane()).window).toEqual(window);
    await tick();
    expect(idsSent()).toContain('u1500');
  });

  it('takes over at once when whoever asked dies in the middle', async () => {
    await tick();
    await endRounds(world, sent);
    const { faults } = world.database;
    // The first write claims the round, the second notes that it was sent.
    faults.crashAt(2, 'before');
    expect((await ask()).lanes).toMatchObject([{ state: 'failed' }]);
    faults.revive();
    await tick();
    expect(idsSent()).toEqual(['often']);
  });

  it('is not called late because a round on request came first after a long silence', async () => {
    await tick();
    await endRounds(world, sent);
    await world.clock.advance(5 * HOUR);
    await ask();
    await tick();
    expect(world.committed).toEqual([]);
    await world.clock.advance(2 * HOUR);
    await updateLane(world.deps.lanes, LANE, (known) => ({
      ...(known as Lane),
      leaseUntil: plus(now(), HOUR),
    }));
    await tick();
    expect(world.committed).toMatchObject([{ kind: 'watch.failing' }]);
  });
});

describe('when a lane cannot take a round', () => {
  it('says until when its registry wants silence', async () => {
    await putUnits({ id: 'a' });
    const notBefore = plus(now(), HOUR);
    await tick();
    await endRounds(world, sent);
    await updateLane(world.deps.lanes, LANE, (known) => ({ ...(known as Lane), notBefore }));
    expect((await ask()).lanes).toEqual([
      { lane: LANE, state: 'throttled', jobs: 0, until: notBefore },
    ]);
  });

  it('does not keep the other lanes from theirs', async () => {
    await putUnits({ id: 'a' }, { id: 'q', lane: 'quay.io', registry: 'quay.io' });
    const { read } = world.deps.lanes;
    world.deps.lanes.read = async (id) => {
      if (id === LANE) throw new Error('unreadable');
      return read.call(world.database.store.lanes, id);
    };
    const { lanes } = await ask();
    expect(lanes).toContainEqual({ lane: LANE, state: 'failed', jobs: 0 });
    expect(lanes).toContainEqual({ lane: 'quay.io', state: 'sent', jobs: 1 });
  });
});
