/**
 * Writes `test/fixtures/signed-images.json`: images signed by the real cosign, and by the doubles
 * where the cosign of today no longer does it, all with the same keys and authorities. They are
 * what the mutations start from, so that a mutation is the same on every machine.
 *
 *     node test/interop/mutations/record.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../../lambda/domain/digest.ts';
import { type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { attest, type SigningTarget, signKeyless } from '../../support/sigstore/index.ts';
import { BUNDLE, type Image, LEGACY, PREDICATE, RELEASE } from '../images.ts';
import { OLD, V1, V1_AND_TIMESTAMP, V2 } from '../keyless-images.ts';
import { Lab } from '../lab.ts';
import { findPeers } from '../peers.ts';
import { encode, type Repository } from '../repository.ts';
import { type Content, snapshot } from './content.ts';
import { FIXTURE, toJson } from './fixture.ts';

const OURS = '--key ours.key';
const OTHER = '--key other.key';
const GOOD = '--identity-token release.jwt';
const EVIL = '--identity-token evil.jwt';

const IMAGES: Readonly<Record<string, Image>> = {
  'key bundle': signed(`${OURS} ${BUNDLE}`),
  'key bundle, annotated': signed(`${OURS} ${BUNDLE} -a stage=prod`),
  'key bundle in the v1 log': signed(`${OURS} ${V1}`),
  'key bundle in the v2 log': signed(`${OURS} ${V2}`),
  'key legacy': signed(`${OURS} ${LEGACY}`),
  'key legacy, annotated': signed(`${OURS} ${LEGACY} -a stage=prod`),
  'key legacy in the log': signed(`${OURS} ${OLD}`),
  'v1 bundle': signed(`${V1} ${GOOD}`),
  'v1 bundle with timestamp': signed(`${V1_AND_TIMESTAMP} ${GOOD}`),
  'v2 bundle': signed(`${V2} ${GOOD}`),
  'keyless legacy': signed(`${OLD} ${GOOD}`),
  'keyless legacy with timestamp': byDouble((target, sigstore) =>
    signKeyless(sigstore, { ...target, ...RELEASE, format: 'legacy', timestamped: true }),
  ),
  'key attestation bundle': attested(`${OURS} ${BUNDLE}`),
  'key attestation legacy': attested(`${OURS} ${LEGACY}`),
  'v1 attestation bundle': attested(`${V1} ${GOOD}`),
  'v2 attestation bundle': attested(`${V2} ${GOOD}`),
  'keyless attestation legacy': attested(`${OLD} ${GOOD}`),
  'keyless attestation legacy, v0.2 provenance': byDouble((target, sigstore) =>
    attest(sigstore, {
      ...{ ...target, ...RELEASE, format: 'legacy', predicate: { builder: { id: 'x' } } },
      predicateType: 'https://slsa.dev/provenance/v0.2',
    }),
  ),
  // What an attacker has: signatures by others, and good ones of another image.
  'other key bundle': signed(`${OTHER} ${V1}`),
  'other key legacy': signed(`${OTHER} ${OLD}`),
  'evil v1 bundle': signed(`${V1_AND_TIMESTAMP} ${EVIL}`),
  'evil v2 bundle': signed(`${V2} ${EVIL}`),
  'evil legacy': signed(`${OLD} ${EVIL}`),
  'evil attestation bundle': attested(`${V1} ${EVIL}`),
  'evil attestation legacy': attested(`${OLD} ${EVIL}`),
  'key bundle of another image': signed(`${OURS} ${V1}`, 'another'),
  'key legacy of another image': signed(`${OURS} ${OLD}`, 'another'),
  'v1 bundle of another image': signed(`${V1_AND_TIMESTAMP} ${GOOD}`, 'another'),
  'v2 bundle of another image': signed(`${V2} ${GOOD}`, 'another'),
  'keyless legacy of another image': signed(`${OLD} ${GOOD}`, 'another'),
};

const snapshots: (() => Content)[] = [];
let registry: RegistryDouble | undefined;
let trustedRoot = Buffer.alloc(0);

const peers = findPeers();
if (peers === undefined) throw new Error('the peers are not installed: npm run test:interop');
const lab = await Lab.start(peers, async () => {
  const started = await startRegistry({ referrers: true });
  registry = started;
  return { host: started.host, stop: () => started.close() };
});
try {
  const read = (name: string) => readFile(join(lab.cosign.folder, name), 'utf8');
  trustedRoot = Buffer.from(await read('root.json'));
  for (const image of Object.values(IMAGES)) await lab.push(image);
  const names = Object.keys(IMAGES);
  const images = snapshots.map((take, index) => [names[index], toJson(take())]);
  const [ours, other, root, otherRoot] = await Promise.all(
    ['ours.pub', 'other.pub', 'root.json', 'other-root.json'].map(read),
  );
  const fixture = { keys: { ours, other }, root, otherRoot, images: Object.fromEntries(images) };
  await writeFile(FIXTURE, `${JSON.stringify(fixture, null, 1)}\n`);
} finally {
  await lab.stop();
}

function signed(flags: string, variant = 'exhibit'): Image {
  return recorded(variant, (at, digest, cosign) => cosign.sign(at.reference(digest), flags));
}

function attested(flags: string): Image {
  return recorded('exhibit', (at, digest, cosign) =>
    cosign.attest(at.reference(digest), `${flags} ${PREDICATE}`),
  );
}

type Double = Parameters<Image>[2];

function byDouble(sign: (target: SigningTarget, sigstore: Double) => Promise<unknown>): Image {
  return recorded('exhibit', (at, digest, _, sigstore) =>
    sign({ registryHost: at.host, repository: at.path, digest }, sigstore),
  );
}

type Sign = (
  at: Repository,
  digest: Digest,
  cosign: Parameters<Image>[1],
  sigstore: Double,
) => Promise<unknown>;

/** The same image in every repository: what is signed in one can be moved to another. */
function recorded(variant: string, sign: Sign): Image {
  return async (at, cosign, sigstore) => {
    const layer = await at.putBlob(encode(variant), 'application/vnd.oci.image.layer.v1.tar');
    const rootfs = { type: 'layers', diff_ids: [layer.digest] };
    const config = await at.putBlob(
      encode({ architecture: 'amd64', os: 'linux', config: {}, rootfs }),
      'application/vnd.oci.image.config.v1+json',
    );
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const image = { schemaVersion: 2, mediaType, config, layers: [layer] };
    const digest = (await at.putManifest(image)).digest as Digest;
    await sign(at, digest, cosign, sigstore);
    const host = registry;
    if (host === undefined) throw new Error('the registry has not started');
    snapshots.push(() => snapshot(host, at.path, digest, trustedRoot));
    return at.reference(digest);
  };
}
