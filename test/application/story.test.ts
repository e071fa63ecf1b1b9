import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../lambda/domain/time.ts';
import { type PushedImage, pushImage } from '../support/registry/index.ts';
import { type SigstoreDouble, signKeyless, startSigstore } from '../support/sigstore/index.ts';
import { World } from '../support/world/index.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const RELEASE = 'https://github.com/shop/api/.github/workflows/release.yml@refs/tags/v1';
const STRANGER = 'https://github.com/stranger/api/.github/workflows/release.yml@refs/tags/v1';
const YAML = `policies:
  shop: {signedBy: [{identity: "${RELEASE}", issuer: "${ISSUER}"}], trustRoot: root.json}
defaults: {every: 1m, policy: shop, signatureGrace: 5m}
watch: ["HOST/shop/api:1"]`;

let world: World;
let sigstore: SigstoreDouble;
let pushes = 0;

beforeAll(async () => {
  world = await World.start({ registry: { referrers: true } });
  sigstore = await startSigstore({ now: () => new Date(world.clock.now()) });
});
afterAll(async () => {
  await sigstore.close();
  await world.close();
});

/** Signed before the tag moves, as a good release is. */
async function release(identity: string | undefined, tag = '1'): Promise<PushedImage> {
  const image = pushImage(world.registry, 'shop/api', 'new', { content: `image ${++pushes}` });
  if (identity !== undefined) await sign(image, identity);
  world.registry.store.repository('shop/api').tags.set(tag, image.digest);
  return image;
}

async function sign({ digest }: PushedImage, identity: string): Promise<void> {
  const target = { registryHost: world.registry.host, repository: 'shop/api', digest };
  await signKeyless(sigstore, { ...target, identity, issuer: ISSUER });
}

/** What was told in these minutes. */
async function told(minutes: number): Promise<string[]> {
  const from = world.publisher.messages.length;
  for (let n = 0; n < minutes; n++) await world.tick();
  return world.publisher.messages
    .slice(from)
    .map(({ event }) => `${event.severity} ${event.kind} ${event.now?.verdict ?? ''}`.trim());
}

describe('when a signed tag is watched', () => {
  let good: PushedImage;

  it('takes a verified baseline without an alarm', async () => {
    await release(RELEASE);
    const files = { 'root.json': sigstore.trustedRoot() };
    await world.apply(YAML, { files });
    expect(await told(3)).toEqual(['info baseline.taken']);
    expect(world.committed.at(-1)?.data).toMatchObject({ counts: { resolved: 1, unsigned: 0 } });
  });

  it('tells a signed move as verified', async () => {
    good = await release(RELEASE);
    expect(await told(2)).toEqual(['low tag.moved verified']);
  });

  it('tells a move at once that waits for its signature, and again when it came', async () => {
    const late = await release(undefined);
    expect(await told(2)).toEqual(['medium tag.moved inconclusive']);
    await sign(late, RELEASE);
    expect(await told(2)).toEqual(['medium signature.gained verified']);
  });

  it('tells an unsigned move when its grace is over', async () => {
    await release(undefined);
    expect(await told(1)).toEqual(['medium tag.moved inconclusive']);
    expect(await told(8)).toEqual(['high tag.moved unsigned']);
  });

  it('tells a signature of somebody else, which also replaces the open alarm', async () => {
    await release(STRANGER);
    expect(await told(9)).toEqual(['high tag.moved inconclusive', 'high tag.moved rejected']);
  });

  it('tells a rollback', async () => {
    world.registry.store.repository('shop/api').tags.set('1', good.digest);
    expect(await told(2)).toEqual(['high tag.moved verified']);
    expect(world.publisher.messages.at(-1)?.event.changes[0]).toMatchObject({ rollback: true });
  });

  it('has nothing more to say, and asks once per check', async () => {
    world.registry.forget();
    expect(await told(3)).toEqual([]);
    await world.tick(30 * MINUTE);
    expect(world.registry.requests.map(({ method }) => method)).toEqual(Array(4).fill('HEAD'));
  });
});
