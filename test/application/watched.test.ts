import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchedTargets } from '../../lambda/application/watched.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const REPOSITORY = 'acme/app';
let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const filter = (tags: string) =>
  `watch: [{image: HOST/${REPOSITORY}, tags: ${tags}, policy: none, every: 1m}]`;

async function watched(): Promise<string[]> {
  const tags: string[] = [];
  for await (const unit of world.deps.watches.units()) {
    for await (const { target } of watchedTargets(world.deps, unit)) tags.push(target.tag ?? '');
  }
  return tags.sort();
}

describe('when a filter is edited', () => {
  beforeEach(async () => {
    for (const tag of ['1', '2']) {
      pushImage(world.registry, REPOSITORY, tag, { content: tag });
    }
    await world.apply(filter('{glob: ["*"], max: 50}'));
    await world.tick();
    expect(await watched()).toEqual(['1', '2']);
  });

  it('still knows its tags, and notices one that is deleted', async () => {
    await world.apply(filter('{glob: ["*"], max: 60}'));
    expect(await watched()).toEqual(['1', '2']);
    world.registry.store.repository(REPOSITORY).tags.delete('2');
    for (let n = 0; n < 4; n++) await world.tick(12 * MINUTE);
    expect(world.committed).toContainEqual(
      expect.objectContaining({ kind: 'tag.missing', tag: '2' }),
    );
  });

  it('no longer knows those that it does not cover', async () => {
    await world.apply(filter('{glob: ["1*"], max: 50}'));
    expect(await watched()).toEqual(['1']);
  });
});
