import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { attachedTo } from '../../../lambda/adapters/sigstore/index.ts';
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
        size: 659,
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

  it('knows Notation, SBOMs and what it does not know by their artifact types', async () => {
    const registry = new MemoryRegistry();
    const types = [
      'application/vnd.cncf.notary.signature',
      'application/vnd.cyclonedx+json',
      'application/spdx+json',
      'application/vnd.example.thing',
    ];
    for (const artifactType of types) {
      const subject = { ...EMPTY, digest: IMAGE };
      registry.putManifest({ artifactType, config: EMPTY, layers: [EMPTY], subject });
    }
    const { things } = await tree(registry);
    const kinds = things.map(({ kinds: [kind] }) => kind);
    expect(kinds).toEqual(['notation-signature', 'cyclonedx', 'spdx', 'unknown']);
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
});
