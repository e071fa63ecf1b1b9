import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { attachedTo } from '../../../lambda/adapters/sigstore/index.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { CAPTURED, IMAGE, REPOSITORY } from './policies.ts';

const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: IMAGE, size: 2 };

function tree(registry: MemoryRegistry) {
  return attachedTo(registry, REPOSITORY, IMAGE);
}

describe('when things are attached to an image', () => {
  it('says of a bundle what its statement says it is', async () => {
    const { things, problems } = await tree(MemoryRegistry.load(join(CAPTURED, 'olareg-bundle')));
    expect(problems).toEqual([]);
    expect(things).toMatchObject([
      {
        via: 'api',
        kinds: ['cosign-signature'],
        predicateTypes: ['https://sigstore.dev/cosign/sign/v1'],
        heading: 'https://sigstore.dev/cosign/sign/v1',
        created: '2026-11-23T09:54:37Z',
        size: 1535,
      },
    ]);
  });

  it("finds what is at cosign's tags", async () => {
    const folders = ['api-legacy-multi', 'api-attest-legacy', 'api-sbom'];
    const found = await Promise.all(
      folders.map((folder) => tree(MemoryRegistry.load(join(CAPTURED, folder)))),
    );
    const told = found.flatMap(({ things }) =>
      things.map(({ via, kinds, layers }) => [via, kinds[0], layers.length]),
    );
    expect(told).toEqual([
      ['sig', 'cosign-signature', 2],
      ['att', 'attestation', 2],
      ['sbom', 'spdx', 1],
    ]);
  });

  it.each([
    ['application/vnd.cncf.notary.signature', 'notation-signature'],
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 'cosign-signature'],
    ['application/vnd.cyclonedx+json', 'cyclonedx'],
    ['application/spdx+json', 'spdx'],
    ['text/spdx', 'spdx'],
    ['application/vnd.openvex+json', 'vex'],
    ['application/vex+json', 'vex'],
    ['application/vnd.in-toto+json', 'attestation'],
    ['application/vnd.example.thing', 'unknown'],
    ['application/vnd.convex.thing', 'unknown'],
  ])('knows %s as %s', async (artifactType, kind) => {
    const registry = new MemoryRegistry();
    registry.putManifest({ artifactType, config: EMPTY, layers: [EMPTY], subject: EMPTY });
    const { things } = await tree(registry);
    expect(things).toMatchObject([{ kinds: [kind], artifactType, heading: artifactType }]);
  });

  it('knows what is in a layer by its type, where the artifact has none', async () => {
    const registry = new MemoryRegistry();
    const layer = { ...EMPTY, mediaType: 'application/vnd.cyclonedx+json' };
    registry.putManifest({ config: EMPTY, layers: [layer], subject: EMPTY });
    expect((await tree(registry)).things).toMatchObject([{ kinds: ['cyclonedx'] }]);
  });

  it('believes the statement, not what a pusher annotates', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'olareg-bundle'));
    const [digest = ''] = registry.referrers.get(IMAGE) ?? [];
    const manifest = JSON.parse(Buffer.from(registry.manifests.get(digest) ?? []).toString());
    manifest.annotations['dev.sigstore.bundle.predicateType'] = 'https://slsa.dev/provenance/v1';
    registry.referrers.clear();
    registry.putManifest(manifest);
    expect((await tree(registry)).things).toMatchObject([
      { kinds: ['cosign-signature'], heading: 'https://slsa.dev/provenance/v1' },
    ]);
  });

  it('shows artifact manifests and indexes as what they are', async () => {
    const registry = new MemoryRegistry();
    const artifact = {
      mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
      artifactType: 'application/vnd.cncf.notary.signature',
      blobs: [{ ...EMPTY, mediaType: 'application/jose+json' }],
      subject: EMPTY,
    };
    registry.putManifest(artifact);
    const platform = { os: 'linux', architecture: 'amd64' };
    const child = registry.putManifest({ config: EMPTY, layers: [EMPTY] });
    const index = registry.putManifest({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      artifactType: 'application/vnd.example.set',
      manifests: [{ ...EMPTY, digest: child, platform }],
      subject: EMPTY,
    });
    const { things, problems } = await tree(registry);
    expect(problems).toEqual([]);
    expect(things).toContainEqual(
      expect.objectContaining({
        kinds: ['notation-signature'],
        mediaType: artifact.mediaType,
        layers: [expect.objectContaining({ mediaType: 'application/jose+json' })],
      }),
    );
    expect(things).toContainEqual(
      expect.objectContaining({
        kinds: ['unknown'],
        manifest: index,
        manifests: [expect.objectContaining({ digest: child, platform: 'linux/amd64' })],
        layers: [expect.objectContaining({ digest: IMAGE })],
      }),
    );
  });

  it('says when, by the log, where nobody annotated it', async () => {
    const { things } = await tree(MemoryRegistry.load(join(CAPTURED, 'keyless-v1-legacy')));
    expect(things.map(({ via, created }) => [via, created])).toEqual([
      ['sig', '2026-11-23T09:43:51.000Z'],
      ['att', '2026-11-23T09:43:51.000Z'],
    ]);
  });

  it('is the same in whatever order a registry lists', async () => {
    const registry = new MemoryRegistry();
    for (const size of [1, 2, 3, 4]) {
      registry.putManifest({ config: EMPTY, layers: [{ ...EMPTY, size }], subject: EMPTY });
    }
    const before = await tree(registry);
    registry.referrers.set(IMAGE, (registry.referrers.get(IMAGE) ?? []).toReversed());
    expect(await tree(registry)).toEqual(before);
  });
});

describe('when something cannot be read', () => {
  it('says what, and shows the rest', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'api-legacy'));
    registry.overrides.set(`referrers ${IMAGE}`, () => {
      throw new Error('the registry is on fire');
    });
    const { things, problems } = await tree(registry);
    expect(things).toHaveLength(1);
    expect(problems).toEqual(['referrers: the registry is on fire']);
  });

  it('names a referrer that is listed and not there', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'olareg-bundle'));
    const [digest = ''] = registry.referrers.get(IMAGE) ?? [];
    registry.manifests.delete(digest);
    expect((await tree(registry)).problems).toEqual([`${digest} is listed and not there`]);
  });

  it.each([
    ['not JSON', '<html>', /not valid JSON|JSON/],
    ['a list', '[]', /no manifest/],
    ['a layer without a digest', '{"layers":[{}]}', /without a digest/],
    ['a digest of another kind', '{"layers":[{"digest":"md5:00"}]}', /without a digest/],
    [
      'more layers than are read',
      JSON.stringify({ layers: Array.from({ length: 1_001 }, () => EMPTY) }),
      /more than 1000 things/,
    ],
    [
      'more manifests than are read',
      JSON.stringify({ manifests: Array.from({ length: 1_001 }, () => EMPTY) }),
      /more than 1000 things/,
    ],
  ])('says of a referrer that it is %s, and shows the rest', async (_, text, problem) => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'olareg-bundle'));
    const bad = `sha256:${'a'.repeat(64)}` as Digest;
    registry.manifests.set(bad, Buffer.from(text));
    registry.referrers.set(IMAGE, [bad, ...(registry.referrers.get(IMAGE) ?? [])]);
    const { things, problems } = await tree(registry);
    expect(things).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).toContain(bad);
  });

  it('reads at most a thousand referrers, and says that there are more', async () => {
    const registry = new MemoryRegistry();
    const one = registry.putManifest({ config: EMPTY, layers: [], subject: EMPTY });
    registry.referrers.set(IMAGE, Array<Digest>(1_001).fill(one));
    const { things, problems } = await tree(registry);
    expect(things).toHaveLength(1_000);
    expect(problems).toEqual(['the list of referrers is partial']);
  });
});
