import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import type { RegistryDouble } from '../../support/registry/index.ts';
import type { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** A manifest that carries signatures or attestations, with what it points at. */
export interface Carrier {
  readonly place: 'referrer' | 'sig' | 'att';
  /** As the registry's `Content-Type` says. */
  readonly mediaType: string;
  readonly manifest: Buffer;
  /** One per layer, in their order. */
  readonly blobs: readonly Buffer[];
  readonly config: Buffer;
}

/** Everything that a verdict rests on: what the registry serves, and whom the verifier trusts. */
export interface Content {
  /** Manifest of the image. */
  readonly subject: Buffer;
  readonly carriers: readonly Carrier[];
  readonly trustedRoot: Buffer;
  /** What the referrers API answers instead of the carriers that are there. */
  readonly listing?: Buffer;
}

/** The answer of the referrers API, as a conformant registry gives it. */
export function listingOf({ carriers, listing }: Content): Buffer {
  if (listing !== undefined) return listing;
  const manifests = carriers
    .filter(({ place }) => place === 'referrer')
    .map(({ manifest, mediaType }) => ({
      mediaType,
      digest: digestOf(manifest),
      size: manifest.length,
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
}

/** Serves it as a repository of its own; @returns the digest of the image. */
export function serve(content: Content, registry: RegistryDouble, name: string): Digest {
  const repository = registry.store.repository(name);
  const digest = repository.putManifest(content.subject, OCI_MANIFEST, 'latest');
  for (const { place, mediaType, manifest, blobs, config } of content.carriers) {
    const tag = place === 'referrer' ? undefined : `${digest.replace(':', '-')}.${place}`;
    repository.putManifest(manifest, mediaType, tag);
    for (const blob of [...blobs, config]) repository.putBlob(blob);
  }
  const headers = { 'content-type': OCI_INDEX };
  const body = listingOf(content);
  repository.capturedReferrers.set(digest, { status: 200, headers, body });
  return digest;
}

/** A repository of a double as it is. */
export function snapshot(
  registry: RegistryDouble,
  name: string,
  subject: Digest,
  trustedRoot: Buffer,
): Content {
  const repository = registry.store.repository(name);
  const { blobs, tags } = repository;
  const manifests = new Map(
    [...repository.manifests].map(([digest, { bytes }]) => [digest, bytes]),
  );
  const listed = repository.referrers(subject).map(({ digest }) => digest);
  return gather({ manifests, blobs, tags, listed }, subject, trustedRoot);
}

/** What was put into memory. */
export function contentOf(
  { manifests, blobs, tags, referrers }: MemoryRegistry,
  subject: Digest,
  trustedRoot: Buffer,
): Content {
  const listed = referrers.get(subject) ?? [];
  return gather({ manifests, blobs, tags, listed }, subject, trustedRoot);
}

interface Held {
  readonly manifests: ReadonlyMap<string, Uint8Array>;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly tags: ReadonlyMap<string, Digest>;
  readonly listed: readonly Digest[];
}

function gather(
  { manifests, blobs, tags, listed }: Held,
  subject: Digest,
  trustedRoot: Buffer,
): Content {
  const tag = (suffix: string) => tags.get(`${subject.replace(':', '-')}.${suffix}`);
  const places = [
    ...listed.map((digest) => ['referrer', digest] as const),
    ...(['sig', 'att'] as const).map((suffix) => [suffix, tag(suffix)] as const),
  ];
  const blob = (digest: string) => Buffer.from(blobs.get(digest) ?? Buffer.alloc(0));
  const carriers = places.flatMap(([place, digest]): Carrier[] => {
    const found = digest === undefined ? undefined : manifests.get(digest);
    if (found === undefined) return [];
    const manifest = Buffer.from(found);
    const { config, layers } = JSON.parse(manifest.toString()) as ManifestJson;
    const own = { blobs: layers.map((layer) => blob(layer.digest)), config: blob(config.digest) };
    return [{ place, mediaType: OCI_MANIFEST, manifest, ...own }];
  });
  return { subject: Buffer.from(manifests.get(subject) ?? []), carriers, trustedRoot };
}

interface ManifestJson {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}
