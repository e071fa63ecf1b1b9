import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR } from '../../lambda/domain/time.ts';
import { type PushedImage, pushImage } from '../support/registry/index.ts';
import { type SigstoreDouble, signKeyless, startSigstore } from '../support/sigstore/index.ts';
import { World } from '../support/world/index.ts';

const SIGNER = { identity: 'release@acme.example', issuer: 'https://accounts.example' };
const YAML = `policies:
  acme:
    signedBy: [{identity: ${SIGNER.identity}, issuer: ${SIGNER.issuer}}]
    trustRoot: root.json
defaults: {every: 1m, policy: acme, signatureGrace: 2m}
watch: ["HOST/acme/app:1"]`;

let world: World;
let sigstore: SigstoreDouble;
beforeEach(async () => {
  world = await World.start({ registry: { referrers: true } });
  sigstore = await startSigstore({ now: () => new Date(world.clock.now()) });
  await release('one');
  await world.apply(YAML, { files: { 'root.json': sigstore.trustedRoot() } });
  await told(2);
});
afterEach(() => Promise.all([world.close(), sigstore.close()]));

async function release(content: string, format?: 'legacy'): Promise<PushedImage> {
  const { registry } = world;
  const image = pushImage(registry, 'acme/app', 'new', { content });
  const target = { registryHost: registry.host, repository: 'acme/app', digest: image.digest };
  await signKeyless(sigstore, { ...target, ...SIGNER, ...(format && { format }) });
  registry.store.repository('acme/app').tags.set('1', image.digest);
  return image;
}

/**
 * As a proxy in front of the registry, or whoever wants signed images to look unsigned. The process
 * is a new one: all that is known is what was stored.
 */
async function takeApiAway(): Promise<() => void> {
  await world.restart();
  const fault = { path: /\/referrers\//, status: 404, body: '404 page not found' };
  return world.registry.faults.add(fault);
}

async function told(minutes: number): Promise<string[]> {
  const from = world.publisher.messages.length;
  for (let n = 0; n < minutes; n += 1) await world.tick();
  return world.publisher.messages
    .slice(from)
    .map(({ event }) => `${event.severity} ${event.kind} ${event.now?.verdict ?? ''}`.trim());
}

async function verdict(): Promise<unknown> {
  const read = await world.deps.states.read(`${world.registry.host}/acme/app:1`);
  if (read.kind !== 'found') throw new Error('no state');
  const [record] = Object.values(read.state.verdicts);
  return record && { verdict: record.verdict, reason: record.reason, detail: record.detail };
}

const GONE = {
  verdict: 'inconclusive',
  reason: 'discovery-incomplete',
  detail: 'the referrers API answered before and is not there now',
};

describe('when a registry that had the referrers API has none any more', () => {
  it('a new image is not unsigned: nobody can say what is hidden', async () => {
    const bringBack = await takeApiAway();
    await release('two');
    expect(await told(2)).toEqual(['medium tag.moved inconclusive']);
    expect(await verdict()).toEqual(GONE);
    expect(await told(3)).toEqual(['high tag.moved inconclusive']);
    await world.clock.advance(HOUR);
    await told(2);
    expect(await verdict()).toEqual(GONE);
    bringBack();
    await world.clock.advance(HOUR);
    expect(await told(2)).toEqual(['high signature.gained verified']);
  });

  it('what is known under one policy is known under the next', async () => {
    await takeApiAway();
    const yaml = YAML.replace('acme:\n', 'acme:\n    mode: cosign\n');
    await world.apply(yaml, { files: { 'root.json': sigstore.trustedRoot() } });
    expect((await told(5)).at(-1)).toBe('medium signature.unverifiable inconclusive');
    expect(await verdict()).toEqual(GONE);
  });

  it('a signature that is there without it counts, and then its absence is proof again', async () => {
    await takeApiAway();
    await release('two', 'legacy');
    expect(await told(2)).toEqual(['low tag.moved verified']);
    const { digest } = pushImage(world.registry, 'acme/app', '1', { content: 'three' });
    expect(digest).toBeDefined();
    expect(await told(5)).toEqual(['medium tag.moved inconclusive', 'high tag.moved unsigned']);
  });
});

describe('when a registry never had the referrers API', () => {
  it('an image without a signature is unsigned', async () => {
    const other = await World.start();
    try {
      pushImage(other.registry, 'acme/app', '1', { content: 'one' });
      await other.apply(YAML, { files: { 'root.json': sigstore.trustedRoot() } });
      for (let n = 0; n < 4; n += 1) await other.tick();
      const read = await other.deps.states.read(`${other.registry.host}/acme/app:1`);
      expect(read).toMatchObject({ kind: 'found' });
      const verdicts = read.kind === 'found' ? Object.values(read.state.verdicts) : [];
      expect(verdicts).toMatchObject([{ verdict: 'unsigned' }]);
    } finally {
      await other.close();
    }
  });
});
