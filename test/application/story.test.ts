import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const kinds = () => world.committed.map(({ subject, kind }) => [subject.split('/').at(-1), kind]);

describe('when a watched tag moves', () => {
  it('takes a baseline, tells the move once, and remembers it', async () => {
    pushImage(world.registry, 'shop/api', '1', { content: 'one' });
    await world.apply('watch: [{image: HOST/shop/api:1, policy: none, every: 1m}]');
    await world.tick();
    expect(kinds()).toEqual([['api:1', 'tag.first-seen']]);
    await world.tick();
    expect(world.publisher.messages.map(({ event }) => event.kind)).toEqual(['baseline.taken']);

    pushImage(world.registry, 'shop/api', '1', { content: 'two' });
    await world.tick();
    await world.tick();
    await world.tick(5 * MINUTE);
    expect(world.publisher.messages.map(({ event }) => event.kind)).toEqual([
      'baseline.taken',
      'tag.moved',
    ]);
  });
});
