import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../../lambda/domain/time.ts';
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
