import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runsSince } from '../../../lambda/application/runs.ts';
import { HOUR, MINUTE } from '../../../lambda/domain/time.ts';
import { pushImage } from '../../support/registry/index.ts';
import { START, World } from '../../support/world/index.ts';

let world: World;
/** Pulls that are left: every answer says how many, and every GET of a manifest takes one. */
let left: number;
/** Some refuse also what costs no pull. */
let refusesHeads: boolean;

beforeEach(async () => {
  world = await World.start();
  left = 100;
  refusesHeads = false;
  world.registry.faults.add({
    answer: ({ method, path }, own) => {
      const isPull = method === 'GET' && path.includes('/manifests/') && own.status === 200;
      const isRefused = left === 0 && (isPull || refusesHeads);
      if (isPull && left > 0) left -= 1;
      const said = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${left};w=21600` };
      return { ...(isRefused && { status: 429 }), headers: { ...own.headers, ...said } };
    },
  });
});
afterEach(() => world.close());

const put = (tag: string, content: string) =>
  pushImage(world.registry, 'shop/api', tag, { content });
const key = (tag: string) => `${world.registry.host}/shop/api:${tag}`;
const pulls = () =>
  world.registry.requests.filter(
    ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
  ).length;
const state = async (tag: string) => {
  const read = await world.deps.states.read(key(tag));
  return read.kind === 'found' ? read.state : undefined;
};

async function watch(policy = 'none', tags = ['1']): Promise<void> {
  const images = tags.map((tag) => `"HOST/shop/api:${tag}"`).join(', ');
  await world.apply(
    `policies: {ours: {signedBy: [{identity: a@example.com, issuer: "https://issuer.example"}]}}
watch: [{images: [${images}], policy: ${policy}, every: 1m}]`,
  );
}

describe('a registry with few pulls left', () => {
  it('gives baselines by their header, and their proof when there are more', async () => {
    const image = put('1', 'one');
    left = 25;
    await watch();
    await world.tick();
    expect(await state('1')).toMatchObject({ digest: image.digest, proven: false });
    expect(pulls()).toBe(0);
    left = 100;
    await world.tick(20 * MINUTE);
    expect(await state('1')).toMatchObject({ digest: image.digest, proven: true });
  });

  it('keeps the last ones for a tag under a policy', async () => {
    put('1', 'one');
    await watch('ours');
    await world.tick();
    left = 3;
    put('1', 'two');
    await world.tick();
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved' });
  });
});

describe('a registry with no pulls left', () => {
  beforeEach(async () => {
    put('1', 'one');
    await watch();
    await world.tick();
    await world.tick();
    left = 0;
    world.registry.forget();
  });

  it('is not asked for one, and a move waits for its proof and says so after an hour', async () => {
    put('1', 'two');
    const before = world.committed.length;
    for (let minute = 0; minute < 55; minute += 5) await world.tick(5 * MINUTE);
    expect(pulls()).toBe(0);
    expect(world.committed.slice(before)).toEqual([]);
    for (let minute = 0; minute < 15; minute += 5) await world.tick(5 * MINUTE);
    expect(world.committed.slice(before).map(({ kind }) => kind)).toEqual(['watch.failing']);
    expect(world.committed.at(-1)?.changes[0]?.summary).toContain('no bytes have proved');
    left = 100;
    await world.tick(6 * HOUR);
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved' });
  });

  it('goes on seeing what has not moved', async () => {
    const report = await world.tick();
    expect(report.jobs).toBe(1);
    const [run] = await Array.fromAsync(runsSince(world.deps, START));
    expect(run?.totals).toMatchObject({ checked: 1, unchanged: 1 });
  });

  it('says in the runs and on its lane how many are left', async () => {
    await world.tick();
    const [run] = await Array.fromAsync(runsSince(world.deps, START));
    expect(run?.quotas).toEqual({ [world.registry.host]: { remaining: 0, limit: 100 } });
    const lane = await world.deps.lanes.read(world.registry.host);
    expect(lane?.standing?.quota).toMatchObject({ remaining: 0, limit: 100 });
  });

  it('is silent for as long as it says when it refuses even a HEAD', async () => {
    refusesHeads = true;
    await world.tick();
    world.registry.forget();
    for (let minute = 0; minute < 30; minute += 5) await world.tick(5 * MINUTE);
    expect(world.registry.requests).toEqual([]);
  });
});

it('a healthy lane that counts pulls costs no write while little is spent', async () => {
  put('1', 'one');
  await watch();
  await world.tick();
  await world.tick();
  world.database.faults.resetCounts();
  await world.tick();
  const writes = world.database.faults.writes;
  world.database.faults.resetCounts();
  left -= 5;
  await world.tick();
  expect(world.database.faults.writes).toBe(writes);
});
