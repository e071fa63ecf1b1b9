import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { updateLane } from '../../../lambda/application/lanes.ts';
import { MINUTE } from '../../../lambda/domain/time.ts';
import { pushImage } from '../../support/registry/index.ts';
import { World } from '../../support/world/index.ts';

const REPOSITORIES = ['shop/api', 'shop/web'] as const;
const TAGS = ['1', '2', '3'] as const;

let world: World;

beforeEach(async () => {
  world = await World.start();
  for (const repository of REPOSITORIES) {
    for (const tag of TAGS)
      pushImage(world.registry, repository, tag, { content: repository + tag });
  }
  const images = REPOSITORIES.flatMap((name) => TAGS.map((tag) => `HOST/${name}:${tag}`));
  await world.apply(`watch: [{images: [${images.join(', ')}], policy: none, every: 5m}]`);
  await minutes(10);
  world.committed.length = 0;
});
afterEach(() => world.close());

/** In steps of one interval. */
async function minutes(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 5) await world.tick(5 * MINUTE);
}

const kinds = () => world.committed.map(({ kind }) => kind);
const manifests = { path: /\/manifests\// };
const notFound = {
  ...manifests,
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }),
};

describe.each([
  ['fails', { ...manifests, status: 500 }, 'unavailable'],
  ['finds nothing', notFound, 'absent'],
  ['denies everything', { ...manifests, status: 403 }, 'denied'],
] as const)('a registry that %s', (_, fault, reason) => {
  it('is told of once, and none of its tags is; then that it is well again', async () => {
    const mend = world.registry.faults.add(fault);
    await minutes(55);
    expect(kinds()).toEqual([]);
    await minutes(90);
    expect(kinds()).toEqual(['registry.failing']);
    expect(world.committed[0]).toMatchObject({
      subject: `registry:${world.registry.host}`,
      severity: 'medium',
      state: 'open',
      data: { reason },
    });
    mend();
    await minutes(10);
    expect(kinds()).toEqual(['registry.failing', 'registry.recovered']);
    expect(world.committed[1]).toMatchObject({
      state: 'closed',
      resolves: `registry:${world.registry.host}#1`,
    });
    expect(world.publisher.ids).toHaveLength(kinds().length + BASELINE);
  });
});

/** `baseline.taken`: what was delivered before the trouble. */
const BASELINE = 1;

it('a tag that fails still when its registry is well again is told of then', async () => {
  const mend = world.registry.faults.add({ ...manifests, status: 500 });
  await minutes(70);
  mend();
  world.registry.faults.add({ path: '/v2/shop/api/manifests/1', status: 500 });
  await minutes(10);
  expect(kinds()).toEqual(['registry.failing', 'registry.recovered', 'watch.failing']);
});

it('two dispatchers, or one that died behind its commit, tell of one trouble once', async () => {
  const mend = world.registry.faults.add({ ...manifests, status: 500 });
  await minutes(70);
  await forgetIncident();
  await minutes(5);
  expect(kinds()).toEqual(['registry.failing']);
  mend();
  await minutes(10);
  expect(kinds()).toEqual(['registry.failing', 'registry.recovered']);
});

it('a tag whose repository alone is gone is missing, as ever', async () => {
  const repository = world.registry.store.repository('shop/api');
  repository.deleteManifest('1');
  await minutes(50);
  expect(kinds()).toEqual(['tag.missing']);
});

function forgetIncident(): Promise<void> {
  return updateLane(world.deps.lanes, world.registry.host, (lane) => {
    if (lane === undefined) return undefined;
    const { incident: _, ...rest } = lane;
    return rest;
  });
}
