import { BUNDLE, type Image, LEGACY } from './images.ts';
import { type Descriptor, encode, type Repository } from './repository.ts';

const KEY = '--key ours.key';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Signatures, attestations and SBOMs as cosign attaches them, and what other tools attach. */
export const EVERYTHING: Image = async (at, cosign) => {
  const image = await at.putImage('1');
  const reference = at.reference(image.digest);
  await cosign.sign(reference, `${KEY} ${LEGACY}`);
  await cosign.attest(reference, `${KEY} ${LEGACY} --type custom --predicate predicate.json`);
  await cosign.sign(reference, `${KEY} ${BUNDLE}`);
  for (const type of ['slsaprovenance1', 'spdxjson', 'cyclonedx', 'openvex', 'custom']) {
    const predicate = type === 'slsaprovenance1' ? 'slsa1.json' : 'predicate.json';
    await cosign.attest(reference, `${KEY} ${BUNDLE} --type ${type} --predicate ${predicate}`);
  }
  for (const [artifactType, layerType] of OTHERS) await attach(at, image, artifactType, layerType);
  await attachSbom(at, image);
  return at.reference('1');
};

const OTHERS = [
  ['application/vnd.cncf.notary.signature', 'application/jose+json'],
  ['application/spdx+json', 'application/spdx+json'],
  ['application/vnd.cyclonedx+json', 'application/vnd.cyclonedx+json'],
  ['application/vnd.example.thing', 'text/plain'],
] as const;

/** One per thing above, in no order. */
export const ATTACHED_KINDS = [
  ...['cosign-signature', 'cosign-signature', 'attestation', 'attestation'],
  ...['slsa-provenance', 'spdx', 'cyclonedx', 'vex'],
  ...['notation-signature', 'spdx', 'cyclonedx', 'unknown'],
  'spdx',
];

async function attach(at: Repository, image: Descriptor, artifactType: string, type: string) {
  const layer = await at.putBlob(encode(`content of ${artifactType}`), type);
  const subject = { mediaType: image.mediaType, digest: image.digest, size: image.size };
  await at.putReferrer(image, { schemaVersion: 2, artifactType, layers: [layer], subject });
}

/** As `cosign attach sbom` did while it existed. */
async function attachSbom(at: Repository, image: Descriptor): Promise<void> {
  const config = await at.putBlob(encode({}), 'application/vnd.oci.image.config.v1+json');
  const layer = await at.putBlob(encode('SPDXVersion: SPDX-2.3'), 'text/spdx');
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
  await at.putManifest(manifest, `${image.digest.replace(':', '-')}.sbom`);
}
