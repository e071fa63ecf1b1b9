import type { Digest } from '../../../lambda/domain/digest.ts';
import type { LegacyLayer } from './legacy.ts';
import { type Descriptor, OCI_INDEX, OCI_MANIFEST, type Pusher } from './pusher.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** How a bundle becomes findable: by the registry's referrers API, or by the fallback tag. */
export type Referrers = 'api' | 'tag';

/** What goes on a bundle's manifest, besides the bundle. */
export interface BundleLabels {
  readonly predicateType: string;
  readonly created: Date;
  readonly referrers: Referrers;
}

/** Attaches a bundle as cosign 3.1.3 does: an OCI 1.1 manifest with the image as its subject. */
export async function attachBundle(
  to: Pusher,
  subject: Digest,
  bundle: object,
  { predicateType, created, referrers }: BundleLabels,
): Promise<Descriptor> {
  const image = await to.get(subject);
  if (image === undefined) throw new Error(`there is no image ${subject} to sign`);
  const config = await to.blob(Buffer.from('{}'), EMPTY);
  const layer = await to.blob(Buffer.from(JSON.stringify(bundle)), BUNDLE);
  const descriptor = await to.manifest(
    {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { ...config, artifactType: BUNDLE },
      layers: [layer],
      annotations: {
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': predicateType,
        'org.opencontainers.image.created': `${created.toISOString().slice(0, 19)}Z`,
      },
      subject: { mediaType: image.mediaType, size: image.bytes.length, digest: subject },
      artifactType: BUNDLE,
    },
    OCI_MANIFEST,
  );
  if (referrers === 'tag') await tagReferrer(to, subject, descriptor);
  return descriptor;
}

/** Adds to the index at the fallback tag: read, change, write, as every client does. */
async function tagReferrer(to: Pusher, subject: Digest, descriptor: Descriptor): Promise<void> {
  const tag = subject.replace(':', '-');
  const index = await to.json<{ manifests: readonly object[] }>(tag);
  const manifests = [...(index?.manifests ?? []), { ...descriptor, artifactType: BUNDLE }];
  await to.manifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX, tag);
}

/** Adds one layer to the manifest at the `.sig` or `.att` tag, as cosign 2 does. */
export async function attachLayer(
  to: Pusher,
  subject: Digest,
  suffix: 'sig' | 'att',
  { blob, mediaType, annotations }: LegacyLayer,
): Promise<Descriptor> {
  const tag = `${subject.replace(':', '-')}.${suffix}`;
  const before = await to.json<{ layers: readonly Descriptor[] }>(tag);
  const layer = { ...(await to.blob(blob, mediaType)), annotations };
  const layers = [...(before?.layers ?? []), layer];
  const config = {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
  return to.manifest(
    {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: await to.blob(Buffer.from(JSON.stringify(config)), CONFIG),
      layers,
    },
    OCI_MANIFEST,
    tag,
  );
}
