import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../lambda/application/dispatch.ts';
import { type HealthCheck, healthOf } from '../../lambda/application/health.ts';
import { updateLane } from '../../lambda/application/lanes.ts';
import type { Lane } from '../../lambda/application/ports.ts';
import { NO_TOTALS } from '../../lambda/application/totals.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { DAY, HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { aUnit } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
  pushImage(world.registry, 'app', '1', { content: 'one' });
});
afterEach(() => world.close());

const now = () => world.clock.now();
async function check(name: HealthCheck['check']): Promise<Omit<HealthCheck, 'check'>> {
  const found = (await healthOf(world.deps, now())).find((each) => each.check === name);
  const { ok = false, detail = 'no such check' } = found ?? {};
  return { ok, detail };
}
const watch = (every: string) =>
  world.apply(`watch: [{image: "HOST/app:1", policy: none, every: ${every}}]`);
const change = (changes: Partial<Lane>) =>
  updateLane(world.deps.lanes, world.registry.host, (lane) => ({ ...(lane as Lane), ...changes }));

describe('the schedule', () => {
  it('is well with nothing to watch, and while what is due is sent', async () => {
    expect(await check('schedule')).toEqual({ ok: true, detail: 'nothing is watched' });
    await watch('1m');
    expect(await check('schedule')).toEqual({ ok: true, detail: 'no run was found' });
    await world.tick();
    await world.clock.advance(2 * MINUTE);
    expect(await check('schedule')).toEqual({ ok: true, detail: 'last run 2m ago' });
  });

  it('is not when nobody ticks any more, or ever did', async () => {
    await watch('1m');
    await world.clock.advance(5 * MINUTE);
    expect(await check('schedule')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^no run was found; what is due at .* nobody ticks$/),
    });
    await world.tick();
    await world.clock.advance(10 * MINUTE);
    expect(await check('schedule')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^last run 10m ago; what is due/),
    });
  });

  it('is well when nothing is due for hours', async () => {
    // Due at one minute past midnight; it is three o'clock.
    await world.deps.watches.putUnits([aUnit({ every: 1440, slot: 1 })]);
    await world.tick();
    await world.clock.advance(5 * HOUR);
    expect(await check('schedule')).toMatchObject({ ok: true });
  });

  it('does not take a lane for overdue that a silence keeps: that is lag', async () => {
    await watch('1m');
    await world.tick();
    await change({ notBefore: plus(now(), DAY) });
    await world.clock.advance(2 * HOUR);
    expect(await check('schedule')).toMatchObject({ ok: true });
    expect(await check('lag')).toMatchObject({
      ok: false,
      detail: `behind: ${world.registry.host} 120 min`,
    });
  });

  it('says of a round that nobody works that it lags', async () => {
    await watch('1m');
    await world.clock.advance(MINUTE);
    await dispatch(world.deps, now());
    expect(await check('lag')).toMatchObject({ ok: true });
    await world.clock.advance(20 * MINUTE);
    expect(await check('lag')).toMatchObject({ ok: false });
  });
});

describe('registries', () => {
  const receipt = (job: string, inconclusive: Record<string, number>, checked = 10) =>
    world.deps.runs.putReceipt({
      ...{ v: 1, tick: now(), job, offset: 0, lane: 'ghcr.io', unit: 'u', at: now() },
      ...{ totals: { ...NO_TOTALS, checked, inconclusive }, spawned: 0, whole: true },
    });
  beforeEach(() =>
    world.deps.runs.putRun({
      ...{ v: 1, tick: now(), jobs: 1, receipts: 0, startedAt: now(), totals: NO_TOTALS },
    }),
  );

  it('are well while most checks find something out', async () => {
    await receipt('a', { timeout: 4 });
    expect(await check('registries')).toMatchObject({
      ok: true,
      detail: '1 checked in the last 30 minutes: well',
    });
  });

  it('are named with what they fail with', async () => {
    await receipt('a', { timeout: 2, 'server-error': 5 });
    expect(await check('registries')).toEqual({
      ok: false,
      detail: 'failing: ghcr.io (7 of 10 checks, server-error)',
    });
    await world.clock.advance(HOUR);
    expect(await check('registries')).toMatchObject({ ok: true });
  });

  it('may ask for silence', async () => {
    await receipt('a', { throttled: 10 });
    expect(await check('registries')).toMatchObject({ ok: true });
  });
});

describe('alerts', () => {
  it('are well until one waits too long', async () => {
    await watch('1m');
    world.publisher.fail = () => new Error('down');
    await world.tick();
    await world.tick();
    expect(await check('alerts')).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^1 wait/),
    });
    await world.clock.advance(20 * MINUTE);
    expect(await check('alerts')).toEqual({
      ok: false,
      detail: expect.stringMatching(/^1 wait, the oldest for 2\d min: nothing delivers them$/),
    });
  });
});

describe('the trust root', () => {
  it('of this version is well; one that came from outside must stay fresh', async () => {
    expect(await check('trust root')).toEqual({ ok: true, detail: 'the one of this version' });
    await world.deps.trust.put(PUBLIC_GOOD, 7, Buffer.from('{}'), now());
    await world.clock.advance(HOUR);
    expect(await check('trust root')).toEqual({ ok: true, detail: 'refreshed 1h ago' });
    await world.clock.advance(8 * DAY);
    expect(await check('trust root')).toEqual({ ok: false, detail: 'refreshed 8d ago' });
  });
});
