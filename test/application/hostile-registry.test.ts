import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../lambda/domain/digest.ts';
import { encode, pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const SIGNED = `defaults: {every: 1m, policy: signed, signatureGrace: 5m}
policies: {signed: {signedBy: [{identity: a@example.com, issuer: https://accounts.example}]}}
watch: ["HOST/shop/api:1"]`;

let world: World;
beforeEach(async () => {
  world = await World.start({ deadline: 2_000, registry: { referrers: true } });
});
afterEach(() => world.close());

const key = () => `${world.registry.host}/shop/api:1`;
const repository = () => world.registry.store.repository('shop/api');
const digests = async () =>
  (await world.history(key())).map(({ after }) => after?.digest).filter(Boolean);

/** Counts who comes, and says nothing. */
async function victim() {
  const state = { connections: 0 };
  const server = createServer((socket) => {
    state.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  return { state, url: `http://127.0.0.1:${port}/x`, close: () => server.close() };
}

describe('when a registry is hostile', () => {
  it('tells the bytes that came, whatever the HEAD had said', async () => {
    pushImage(world.registry, 'shop/api', '1', { content: 'one' });
    await world.apply('defaults: {every: 1m, policy: none}\nwatch: ["HOST/shop/api:1"]');
    await world.tick();
    const lie = `sha256:${'e'.repeat(64)}`;
    world.registry.faults.add({ method: 'HEAD', headers: { 'docker-content-digest': lie } });
    await world.tick();
    const moved = pushImage(world.registry, 'shop/api', '1', { content: 'two' });
    await world.tick();
    await world.tick();
    expect((await digests()).at(-1)).toBe(moved.digest);
    expect(world.committed.filter(({ kind }) => kind === 'tag.moved')).toHaveLength(1);
    expect(JSON.stringify(world.committed)).not.toContain(lie);
  });

  it('goes nowhere that a manifest names: no foreign layers, no annotations, no subject', async () => {
    const target = await victim();
    const { url } = target;
    const urls = [url, 'http://169.254.169.254/latest/meta-data/'];
    const descriptor = (mediaType: string, text: string) => {
      const digest = repository().putBlob(encode(text));
      return { mediaType, digest, size: text.length, urls, annotations: { 'org.x.url': url } };
    };
    const foreign = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptor('application/vnd.oci.image.config.v1+json', '{}'),
      layers: [
        descriptor('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'layer'),
        descriptor('application/vnd.dev.sigstore.bundle.v0.3+json', '{}'),
      ],
      subject: { ...descriptor(MANIFEST, 'none'), digest: `sha256:${'a'.repeat(64)}` },
      annotations: { 'org.opencontainers.image.source': url, 'org.opencontainers.image.url': url },
    };
    repository().putManifest(encode(JSON.stringify(foreign)), MANIFEST, '1');
    await world.apply(SIGNED);
    for (let n = 0; n < 8; n += 1) await world.tick();
    expect(world.committed.map(({ kind }) => kind)).toContain('tag.first-seen');
    const blobs = world.registry.requests.filter(({ path }) => path.includes('/blobs/'));
    expect(blobs).toEqual([]);
    expect(target.state.connections).toBe(0);
    target.close();
  });

  it('ends with an index and a list of referrers that contain themselves', async () => {
    const { digest } = pushImage(world.registry, 'shop/api', '1', {
      content: 'one',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const self = { mediaType: INDEX, digest, size: 2, artifactType: 'application/x' };
    const circle = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [self, self] });
    const headers = { 'content-type': INDEX };
    world.registry.faults.add({
      path: /referrers/,
      answer: { status: 200, headers, body: circle },
    });
    // What the digest stands for is fixed; only a registry that lies can make an index of itself.
    world.registry.faults.add({
      method: 'GET',
      path: `/v2/shop/api/manifests/${digest}`,
      answer: { status: 200, headers, body: circle },
    });
    await world.apply(SIGNED);
    for (let n = 0; n < 8; n += 1) await world.tick();
    expect(digestOf(encode(circle))).not.toBe(digest);
    expect(world.registry.requests.length).toBeLessThan(200);
    const [first] = await world.history(key());
    expect(first).toMatchObject({ kind: 'tag.first-seen', after: { digest } });
    const state = await world.deps.states.read(key());
    const verdicts = state.kind === 'found' ? Object.values(state.state.verdicts) : [];
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
  });
});
