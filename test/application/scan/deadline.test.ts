import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dispatch } from '../../../lambda/application/dispatch.ts';
import type { Job, Totals } from '../../../lambda/application/ports.ts';
import { scanJob } from '../../../lambda/application/scan.ts';
import { MINUTE, plus, SECOND } from '../../../lambda/domain/time.ts';
import { pushImage } from '../../support/registry/index.ts';
import { settled, World } from '../../support/world/index.ts';

const YAML = `policies:
  acme: {signedBy: [{identity: a@example.com, issuer: "https://issuer.example"}]}
watch: [{image: "HOST/acme/app:1", policy: acme, every: 1m}]`;
const PLATFORMS = ['linux/amd64', 'linux/arm64'];

let world: World;
beforeEach(async () => {
  // Far beyond the time of a test: only the clock of the world ends what hangs here.
  world = await World.start({ registry: { referrers: true }, deadline: 10 * MINUTE });
  push('one');
  await world.apply(YAML);
  await world.tick();
  push('two', { platforms: PLATFORMS });
  world.registry.forget();
});
afterEach(() => world.close());

function push(content: string, options = {}) {
  return pushImage(world.registry, 'acme/app', '1', { content, ...options });
}

/** A tick during which the registry is asked for such a path and says nothing. */
async function tickThatHangs(path: RegExp, after: number): Promise<void> {
  world.registry.faults.add({ path, hang: true });
  const ticking = world.tick();
  while (!world.registry.requests.some((request) => path.test(request.path))) await settled();
  await world.clock.advance(after);
  await ticking;
}

describe('when a registry takes for ever', () => {
  it('tells the move without a verdict when the signatures are what it keeps back', async () => {
    await tickThatHangs(/\/referrers\//, 2 * MINUTE);
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved' });
    const { state } = (await world.deps.states.read(`${world.registry.host}/acme/app:1`)) as {
      state: { verdicts: object };
    };
    expect(Object.values(state.verdicts)).toMatchObject([
      { verdict: 'inconclusive', detail: expect.stringContaining('took longer than 120 s') },
    ]);
  });

  it('tells the move without the children of its index when it keeps those back', async () => {
    await tickThatHangs(/\/manifests\/sha256:/, MINUTE);
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved' });
  });
});

describe('when a registry answers', () => {
  it('leaves no timer behind', async () => {
    const before = world.clock.sleepers;
    await world.tick();
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved' });
    expect(world.clock.sleepers).toBe(before);
  });
});

describe('when the time of a job is over', () => {
  /** The job of the next tick, begun and not ended. */
  async function begin(): Promise<{ totals: Promise<Totals>; sent: Job[] }> {
    const sent: Job[] = [];
    const { deps, clock } = world;
    const queue = {
      ...deps.queue,
      send: async (m: readonly { body: Job }[]) => void sent.push(...m.map(({ body }) => body)),
    };
    await clock.advance(MINUTE);
    await dispatch({ ...deps, queue }, clock.now());
    const [job] = sent.splice(0);
    if (job === undefined) throw new Error('nothing was due');
    const budget = { until: plus(clock.now(), 30 * SECOND), stopAt: plus(clock.now(), MINUTE) };
    return { totals: scanJob({ ...deps, queue }, job, { ...budget, concurrency: 1 }), sent };
  }

  it('ends the tag that it waits for as inconclusive, and acknowledges', async () => {
    const mend = world.registry.faults.add({ path: /\/manifests\/1$/, hang: true });
    const { totals, sent } = await begin();
    while (world.registry.requests.length === 0) await settled();
    await world.clock.advance(MINUTE);
    expect(await totals).toMatchObject({ checked: 1, inconclusive: { 'out-of-time': 1 } });
    expect(sent).toEqual([]);
    const before = world.committed.length;
    mend();
    await world.tick(31 * MINUTE);
    expect(world.committed.length).toBe(before + 1);
  });

  it('leaves no timer behind when the job ended in time', async () => {
    const before = world.clock.sleepers;
    await (await begin()).totals;
    expect(world.clock.sleepers).toBe(before);
  });
});
