import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import { Bench } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { OCI_INDEX } from '../../support/sigstore/pusher.ts';
import { policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

let sigstore: SigstoreDouble;
let registry: MemoryRegistry;
let bench: Bench;

beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

beforeEach(async () => {
  registry = new MemoryRegistry();
  bench = new Bench(sigstore, registry);
  await bench.image('v1');
  await bench.attachLayers([await bench.layer({ signer: bench.key, recorded: 'none' })]);
});

async function summary(): Promise<string> {
  const verifier = createVerifier({ registry, trustRoots: rootsOf({}), now: sigstore.now });
  const policy = policyOf(ruleOfPem(bench.key.pem));
  const { verdict, reason } = await verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
  return reason === undefined ? verdict : `${verdict} ${reason}`;
}

const sigTag = () => `${bench.digest.replace(':', '-')}.sig`;

/** The manifest at the `.sig` tag: of one good signature. */
function signatures() {
  const bytes = registry.manifests.get(registry.tags.get(sigTag()) ?? '') ?? '';
  return JSON.parse(Buffer.from(bytes).toString());
}

describe('the manifest that carries signatures', () => {
  it('takes the image for linux/amd64 where an index is at .sig, as cosign does', async () => {
    const digest = registry.tags.get(sigTag());
    const platform = (architecture: string) => ({ os: 'linux', architecture });
    const manifests = [
      { digest: `sha256:${'0'.repeat(64)}`, platform: platform('arm64') },
      { digest, platform: platform('amd64') },
    ];
    registry.putManifest({ mediaType: OCI_INDEX, manifests }, sigTag());
    expect(await summary()).toBe('verified');
    registry.putManifest({ mediaType: OCI_INDEX, manifests, annotations: [] }, sigTag());
    expect(await summary()).toBe('rejected other-signer');
    registry.putManifest({ mediaType: OCI_INDEX, manifests: manifests.slice(0, 1) }, sigTag());
    expect(await summary()).toBe('rejected other-signer');
  });

  it('is what the registry says that it is, whatever else is in it', async () => {
    const manifest = signatures();
    const mediaTypes = [
      [OCI_INDEX, 'rejected other-signer'],
      ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'rejected other-signer'],
      ['text/plain', 'verified'],
    ] as const;
    for (const [mediaType, expected] of mediaTypes) {
      registry.putManifest({ ...manifest, mediaType }, sigTag());
      expect([mediaType, await summary()]).toEqual([mediaType, expected]);
    }
  });

  it.each([
    ['a size that the blob has not', { size: 1 }],
    ['a size of a wrong type', { size: '1' }],
    ['an annotation that is no text', { annotations: { x: 1 } }],
  ])('is no signature of ours: a layer with %s', async (_name, change) => {
    const manifest = signatures();
    const [layer] = manifest.layers;
    const changed = { ...layer, ...change };
    changed.annotations = { ...layer.annotations, ...changed.annotations };
    registry.putManifest({ ...manifest, layers: [changed] }, sigTag());
    expect(await summary()).toBe('rejected other-signer');
  });

  it('is no signature of ours: a layer with signed data of another digest', async () => {
    const manifest = signatures();
    const [layer] = manifest.layers;
    const data = Buffer.from(registry.blobs.get(layer.digest) ?? '').toString('base64');
    const digest = `sha256:${'0'.repeat(64)}`;
    registry.putManifest({ ...manifest, layers: [{ ...layer, digest, data }] }, sigTag());
    expect(await summary()).toBe('rejected other-signer');
  });

  it('takes the blob from the descriptor that embeds it', async () => {
    const manifest = signatures();
    const [layer] = manifest.layers;
    const data = Buffer.from(registry.blobs.get(layer.digest) ?? '').toString('base64');
    registry.blobs.delete(layer.digest);
    registry.putManifest({ ...manifest, layers: [{ ...layer, data }] }, sigTag());
    expect(await summary()).toBe('verified');
  });
});
