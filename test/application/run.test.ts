import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFifoQueue } from '../../lambda/adapters/runtime/fifo-queue.ts';
import { createQuietLogger } from '../../lambda/adapters/runtime/logger.ts';
import type { ProcessDeps } from '../../lambda/application/deps.ts';
import { DEFAULT_LIMITS, runOnce, serve } from '../../lambda/application/run.ts';
import type { Selection } from '../../lambda/application/select.ts';
import { HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { settled, World } from '../support/world/index.ts';

const YAML = `watch:
  - {images: ["HOST/shop/api:1", "HOST/shop/web:1"], policy: none, labels: {team: shop}, every: 24h}
  - {image: HOST/shop/many, tags: {glob: ["v*"]}, policy: none, every: 24h}`;

let world: World;

beforeEach(async () => {
  world = await World.start({ deadline: 500 });
  for (const name of ['api', 'web']) push(name);
  for (const tag of ['v1', 'v2']) push('many', tag);
});
afterEach(() => world.close());

function push(name: string, tag = '1', content = `${name} ${tag}`): void {
  pushImage(world.registry, `shop/${name}`, tag, { content });
}
const run = (selection: Selection = {}, signal?: AbortSignal) =>
  runOnce(world.deps, { selection, ...(signal === undefined ? {} : { signal }) });
const asked = () =>
  world.registry.requests
    .filter(({ method }) => method === 'HEAD')
    .map(({ path }) => path.split('/').slice(3).join('/').replace('/manifests/', ':'))
    .sort();
const told = () => world.publisher.messages.map(({ event }) => event.kind);

describe('when everything is scanned once', () => {
  beforeEach(() => world.apply(YAML));

  it('checks every tag whatever its slot, takes the baseline, and adds up', async () => {
    const { run: totals, throttled, delivery } = await run();
    expect(totals).toMatchObject({ incomplete: false, totals: { checked: 4, firstSeen: 4 } });
    expect(throttled).toEqual([]);
    expect(delivery).toMatchObject({ delivered: 1, deferred: 0 });
    expect(told()).toEqual(['baseline.taken']);
    expect(world.publisher.messages[0]?.event.data).toMatchObject({ counts: { resolved: 4 } });
  });

  it('takes that baseline once', async () => {
    await run();
    await world.clock.advance(1);
    await run();
    await world.tick();
    expect(told()).toEqual(['baseline.taken']);
  });

  it('delivers what it finds', async () => {
    await run();
    push('api', '1', 'moved');
    await world.clock.advance(1);
    expect((await run()).run.totals).toMatchObject({ moved: 1, unchanged: 3 });
    expect(told()).toEqual(['baseline.taken', 'tag.moved']);
  });

  it('leaves a registry alone that asked for silence, and says so', async () => {
    const { host } = world.registry;
    const lane = await world.deps.lanes.read(host);
    if (lane === undefined) throw new Error('no lane');
    const notBefore = plus(world.clock.now(), HOUR);
    await world.deps.lanes.write({ ...lane, notBefore, rev: lane.rev + 1 }, lane.rev);
    expect(await run()).toMatchObject({ throttled: [host], run: { totals: { checked: 0 } } });
    expect(world.registry.requests).toEqual([]);
  });
});

describe('when a part is scanned', () => {
  beforeEach(async () => {
    await world.apply(YAML);
    await run();
    await world.clock.advance(1);
    world.registry.forget();
  });

  it.each([
    [{ patterns: ['*/shop/api:*'] }, ['api:1']],
    [{ labels: ['team=shop'] }, ['api:1', 'web:1']],
    [{ patterns: ['*/shop/many'] }, ['many:v1', 'many:v2']],
    [{ patterns: ['*/shop/many:v2'] }, ['many:v2']],
    [{ verdict: 'rejected' as const }, []],
    [{ verdict: 'not-required' as const, patterns: ['*/web:1'] }, ['web:1']],
  ])('by %j', async (selection, expected) => {
    const { run: totals } = await run(selection);
    expect(asked()).toEqual(expected);
    expect(totals).toMatchObject({ incomplete: false, totals: { checked: expected.length } });
  });

  it('finds new tags of a filter whose repository is selected', async () => {
    push('many', 'v3');
    await run({ patterns: [`${world.registry.host}/shop/many`] });
    expect(asked()).toContain('many:v3');
  });

  it('does not take the baseline of what it left out', async () => {
    push('new', '1');
    await world.apply(`${YAML}\n  - {image: HOST/shop/new:1, policy: none}`);
    await run({ patterns: ['*/api:1'] });
    expect(told()).toEqual(['baseline.taken']);
    await world.clock.advance(1);
    await run();
    expect(told()).toEqual(['baseline.taken', 'baseline.taken']);
  });
});

describe('when a run is aborted', () => {
  it('ends, says that it is incomplete, and has lost nothing', async () => {
    await world.apply(YAML);
    const stop = new AbortController();
    world.registry.faults.add({ path: /web/, hang: true });
    const running = run({}, stop.signal);
    while (!asked().includes('web:1')) await settled();
    stop.abort(new Error('stopped'));
    expect((await running).run).toMatchObject({ incomplete: true });
    expect(await world.deps.events.due(world.clock.now(), 100)).toEqual([]);
  });
});

describe('when the process serves', () => {
  /** Lets real I/O go on until something is so. */
  async function until(holds: () => boolean): Promise<void> {
    for (let n = 0; n < 5_000 && !holds(); n++) await settled();
    expect(holds()).toBe(true);
  }
  const start = (deps: ProcessDeps = world.deps) => {
    const stop = new AbortController();
    const served = serve(deps, stop.signal, DEFAULT_LIMITS);
    return {
      stop: () => {
        stop.abort();
        return served;
      },
    };
  };
  const asleep = () => world.clock.sleepers > 0 && world.deps.queue.size === 0;

  it('checks on every tick, delivers on its own, and stops when it is told to', async () => {
    await world.apply(YAML.replaceAll('24h', '1m'));
    const server = start();
    await until(() => asked().length === 4 && asleep());
    await world.clock.advance(MINUTE);
    await until(() => told().includes('baseline.taken') && asleep());
    push('api', '1', 'moved');
    await world.clock.advance(MINUTE);
    await until(() => told().includes('tag.moved') && asleep());
    await server.stop();
    expect(world.clock.sleepers).toBe(0);
    world.registry.forget();
    await world.clock.advance(HOUR);
    expect(world.registry.requests).toEqual([]);
  });

  it('delivers at the start what an earlier process had committed', async () => {
    await world.apply(YAML);
    await run();
    push('api', '1', 'moved');
    world.publisher.fail = () => new Error('down');
    await world.clock.advance(1);
    await run();
    expect(told()).toEqual(['baseline.taken']);
    world.publisher.fail = undefined;
    await world.clock.advance(MINUTE);
    const server = start();
    await until(() => told().includes('tag.moved'));
    await server.stop();
  });

  it('sends a round again that an earlier process took with it', async () => {
    await world.apply(YAML);
    const lost = createFifoQueue({ clock: world.clock, log: createQuietLogger() });
    const stopped = serve({ ...world.deps, queue: lost }, AbortSignal.abort(), DEFAULT_LIMITS);
    await stopped;
    const { dispatch } = await import('../../lambda/application/dispatch.ts');
    await dispatch({ ...world.deps, queue: lost }, world.clock.now());
    expect(lost.size).toBeGreaterThan(0);
    await world.clock.advance(MINUTE);
    const server = start();
    await until(() => asked().length === 4);
    await server.stop();
  });

  it('goes on after a tick that failed', async () => {
    await world.apply(YAML.replaceAll('24h', '1m'));
    const { lanes } = world.deps;
    const all = lanes.lanes.bind(lanes);
    let failures = 0;
    const server = start();
    await until(() => asked().length === 4 && asleep());
    lanes.lanes = async () => {
      failures++;
      throw new Error('store');
    };
    await world.clock.advance(MINUTE);
    await until(() => failures > 0 && asleep());
    lanes.lanes = all;
    world.registry.forget();
    await world.clock.advance(MINUTE);
    await until(() => asked().length === 4);
    await server.stop();
  });
});
