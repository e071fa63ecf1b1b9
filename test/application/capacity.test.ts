import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runsSince } from '../../lambda/application/runs.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { unitsOf } from '../../lambda/domain/units.ts';
import type { Watch } from '../../lambda/domain/watch.ts';
import { pushImage } from '../support/registry/index.ts';
import { type Capacity, CapacityCounter } from '../support/store/capacity.ts';
import { aState, aWatch } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

const TAGS_PER_JOB = 100;
const FEW = 1;
const MANY = 3;

let world: World;
let counter: CapacityCounter;
beforeEach(async () => {
  world = await World.start();
  counter = new CapacityCounter(world.database.client);
});
afterEach(() => world.close());

/** Tags that are all due at minute 0 of five, and remembered where they are. */
async function remember(repositories: number): Promise<void> {
  const { host } = world.registry;
  const watches: Watch[] = [];
  for (let r = 0; r < repositories; r++) {
    for (let t = 0; t < TAGS_PER_JOB; t++) {
      const repository = `fleet/service-${r}`;
      const tag = `v1.${t}.${(t * 7919) % 97}-alpine`;
      const { digest } = pushImage(world.registry, repository, tag, { content: `${r} ${t}` });
      const tagKey = `${host}/${repository}:${tag}`;
      const watchId = `${r}-${t}-0123456789`;
      watches.push(aWatch({ registry: host, repository, tag, watchId, labels: ['team=payments'] }));
      const state = aState({ tagKey, registry: host, repository, tag, digest, watches: [watchId] });
      await world.deps.states.remember(state, 'absent');
    }
  }
  const units = unitsOf(watches).map((unit) => ({ ...unit, slot: 0 }));
  await world.deps.watches.putUnits(units);
}

/** What the database charges for the tick in which everything is due, from the tick to the sweep. */
async function charge(repositories: number): Promise<Capacity> {
  await remember(repositories);
  await world.tick(5 * MINUTE);
  counter.reset();
  const { tick } = await world.tick(5 * MINUTE);
  const { total } = counter;
  const [run] = await Array.fromAsync(runsSince(world.deps, tick));
  const unchanged = repositories * TAGS_PER_JOB;
  expect(run).toMatchObject({ jobs: repositories, totals: { checked: unchanged, unchanged } });
  return total;
}

it('an unchanged tag costs half a read unit and 5 % at most, and its job two write units', async () => {
  const few = await charge(FEW);
  await world.close();
  world = await World.start();
  counter = new CapacityCounter(world.database.client);
  const many = await charge(MANY);
  const jobs = MANY - FEW;
  const reads = (many.reads - few.reads) / (jobs * TAGS_PER_JOB);
  const writes = (many.writes - few.writes) / jobs;
  expect(reads).toBeGreaterThanOrEqual(0.5);
  expect(reads).toBeLessThanOrEqual(0.525);
  expect(writes).toBeGreaterThan(0);
  expect(writes).toBeLessThanOrEqual(2);
});
