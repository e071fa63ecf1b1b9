import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newLane } from '../../lambda/application/dispatch/lane-state.ts';
import { dispatch } from '../../lambda/application/dispatch.ts';
import { updateLane } from '../../lambda/application/lanes.ts';
import type { Job, Lane } from '../../lambda/application/ports.ts';
import { scanJob } from '../../lambda/application/scan.ts';
import { NO_TOTALS } from '../../lambda/application/totals.ts';
import { NO_POLICY } from '../../lambda/domain/policy.ts';
import { type Duration, HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import type { Unit } from '../../lambda/domain/watch.ts';
import { pushImage } from '../support/registry/index.ts';
import { aUnit, TERMS } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

const LANE = 'ghcr.io';
let world: World;
/** Sent and not yet worked, in order. */
let waiting: Job[];

beforeEach(async () => {
  world = await World.start();
  waiting = [];
  world.deps.queue.send = async (messages) => {
    waiting.push(...messages.map(({ body }) => body));
  };
});
afterEach(() => world.close());

const now = () => world.clock.now();
const lane = async () => (await world.deps.lanes.read(LANE)) as Lane;
const scan = (job: Job) => scanJob(world.deps, job, { until: plus(now(), HOUR), concurrency: 1 });
const units = (count: number, changes: Partial<Unit> = {}) =>
  Array.from({ length: count }, (_, n) =>
    aUnit({ id: `u${n}`, slot: 0, every: 5, lane: LANE, tags: [], ...changes }),
  );

/** Ticks every minute while the one worker of the lane takes that long for each job. */
async function workSlowly(duration: Duration, jobs: number): Promise<string[]> {
  const worked: string[] = [];
  await dispatch(world.deps, now());
  for (let n = 0; n < jobs; n++) {
    const job = waiting.shift();
    if (job !== undefined) {
      const { dropped } = await scan(job);
      if (job.kind === 'check') worked.push(dropped > 0 ? `${job.unit.id} dropped` : job.unit.id);
    }
    const minutes = job?.kind === 'check' ? duration / MINUTE : 1;
    for (let minute = 0; minute < minutes; minute++) {
      await world.clock.advance(MINUTE);
      await dispatch(world.deps, now());
    }
  }
  return worked;
}

describe('when a round takes longer than its lease', () => {
  it('goes on to its end, and the next one begins behind it', async () => {
    const ids = units(10).map(({ id }) => id);
    await world.deps.watches.putUnits(units(10));
    expect(await workSlowly(8 * MINUTE, 10)).toEqual(ids);
    expect(waiting).toMatchObject([{ kind: 'end-of-round', round: 1 }]);
    expect(await workSlowly(8 * MINUTE, 1)).toEqual([]);
    await world.clock.advance(MINUTE);
    expect(await workSlowly(8 * MINUTE, 10)).toEqual(ids);
    expect(await lane()).toMatchObject({ round: 2 });
  });

  it('writes its lane at most every few minutes', async () => {
    await world.deps.watches.putUnits(units(10));
    await dispatch(world.deps, now());
    const { rev } = await lane();
    for (const job of waiting.slice(0, 5)) await scan(job);
    expect((await lane()).rev).toBe(rev);
    await world.clock.advance(5 * MINUTE);
    for (const job of waiting.slice(5, 10)) await scan(job);
    expect((await lane()).rev).toBe(rev + 1);
  });

  it('tells that the lane lags once, and not that it caught up with the next round', async () => {
    await world.deps.watches.putUnits(units(10));
    await workSlowly(8 * MINUTE, 22);
    expect(world.committed.map(({ kind }) => kind)).toEqual(['watch.failing']);
    expect(await lane()).toMatchObject({ round: 3 });
    await world.deps.watches.removeUnits(units(10).slice(1));
    await workSlowly(MINUTE, 16);
    expect(world.committed.map(({ kind }) => kind)).toEqual(['watch.failing', 'watch.recovered']);
  });
});

describe('when nobody works a round', () => {
  it('tells that the lane lags, although its window is sent again and again', async () => {
    await world.deps.watches.putUnits(units(1));
    for (let n = 0; n < 70; n++) {
      await dispatch(world.deps, now());
      await world.clock.advance(MINUTE);
    }
    expect((await lane()).round).toBeGreaterThan(1);
    expect(world.committed).toMatchObject([{ kind: 'watch.failing', data: { reason: 'behind' } }]);
  });

  it('does not work what is left of it once the lane has gone on', async () => {
    const tags = [{ tag: '1', terms: [TERMS] }];
    await world.deps.watches.putUnits(units(1, { every: 1440, slot: 181, tags, applyId: 'a' }));
    await world.clock.advance(MINUTE);
    await dispatch(world.deps, now());
    const [old] = waiting.splice(0);
    await world.clock.advance(31 * MINUTE);
    await dispatch(world.deps, now());
    if (old?.kind !== 'check') throw new Error('no job');
    const reads = world.registry.requests.length;
    expect(await scan({ ...old, applyId: 'a' })).toEqual({ ...NO_TOTALS, dropped: 1 });
    expect(world.registry.requests).toHaveLength(reads);
    // Its baseline still waits for the job that was sent instead.
    expect(await Array.fromAsync(world.deps.runs.baselineReceipts('a'))).toEqual([]);
  });
});

describe('when a job of a round sends more jobs', () => {
  const terms = { ...TERMS, policy: NO_POLICY };
  const host = () => world.registry.host;
  const roundEnded = async () => (await world.deps.lanes.read(host()))?.roundEnded;
  const names = () => waiting.map((job) => (job.kind === 'check' ? job.id : 'end'));
  const put = (changes: Partial<Unit>) =>
    world.deps.watches.putUnits([
      aUnit({ id: 'u', slot: 0, lane: host(), registry: host(), repository: 'a/b', ...changes }),
    ]);
  const work = async (until = plus(now(), HOUR)) => {
    const job = waiting.shift();
    if (job !== undefined) await scanJob(world.deps, job, { until, concurrency: 1 });
  };

  it('ends behind the parts of a filter and their rests', async () => {
    for (const tag of ['v1', 'v2']) pushImage(world.registry, 'a/b', tag, { content: tag });
    await put({ tags: [], filter: { glob: ['v*'], exclude: [], max: 9, terms } });
    await dispatch(world.deps, now());
    await work();
    const part = `${host()}/1/u.0`;
    expect(names()).toEqual(['end', part]);
    await work();
    expect(names()).toEqual([part, 'end']);
    await work(now());
    expect(names()).toEqual(['end', part]);
    await work();
    expect(await roundEnded()).toBe(false);
    await dispatch(world.deps, plus(now(), 10 * MINUTE));
    expect(names()).toEqual([part, 'end']);
    await work();
    await work();
    expect(await roundEnded()).toBe(true);
    expect(waiting).toEqual([]);
    expect(await world.deps.lanes.read(host())).not.toHaveProperty('depth');
  });

  it('does not end by a marker that is delivered twice', async () => {
    await put({
      tags: [
        { tag: '1', terms: [terms] },
        { tag: '2', terms: [terms] },
      ],
    });
    await dispatch(world.deps, now());
    await work(now());
    const [marker] = waiting;
    if (marker === undefined) throw new Error('no marker');
    await scan(marker);
    await scan(marker);
    expect(await roundEnded()).toBe(false);
  });

  it('begins the next round no deeper than any other', async () => {
    await put({
      tags: [
        { tag: '1', terms: [terms] },
        { tag: '2', terms: [terms] },
      ],
    });
    await dispatch(world.deps, now());
    await work(now());
    await world.clock.advance(31 * MINUTE);
    await dispatch(world.deps, now());
    expect(await world.deps.lanes.read(host())).toMatchObject({ round: 2 });
    expect(await world.deps.lanes.read(host())).not.toHaveProperty('depth');
  });
});

describe('when the registry asked another job for silence', () => {
  const host = () => world.registry.host;
  const terms = [{ ...TERMS, policy: NO_POLICY }];
  const job = (id: string, changes: Partial<Unit> = {}): Job => ({
    ...{ v: 1, kind: 'check', id, tick: now(), sentAt: now(), offset: 0 },
    unit: aUnit({
      ...{ lane: host(), registry: host(), repository: 'a/b' },
      ...{ tags: ['1', '2'].map((tag) => ({ tag, terms })), ...changes },
    }),
  });

  beforeEach(async () => {
    for (const tag of ['1', '2']) pushImage(world.registry, 'a/b', tag, { content: tag });
    await updateLane(world.deps.lanes, host(), () => newLane(host(), now()));
    await scan(job('first'));
    const mend = world.registry.faults.add({ status: 429, headers: { 'retry-after': '120' } });
    await scan(job('refused'));
    mend();
    world.registry.forget();
  });

  it('asks nothing until then, and counts every tag as throttled', async () => {
    expect(await scan(job('next'))).toMatchObject({ inconclusive: { throttled: 2 } });
    expect(world.registry.requests).toEqual([]);
    await world.clock.advance(2 * MINUTE);
    expect(await scan(job('later'))).toMatchObject({ unchanged: 2, inconclusive: {} });
  });

  it('does not list tags either', async () => {
    const filter = { glob: ['*'], exclude: [], max: 9, terms: terms[0] as (typeof terms)[0] };
    const totals = await scan(job('next', { tags: [], filter }));
    expect(totals).toMatchObject({ inconclusive: { throttled: 1 } });
    expect(world.registry.requests).toEqual([]);
  });
});
