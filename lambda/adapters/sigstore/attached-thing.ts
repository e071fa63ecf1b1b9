import type { Digest } from '../../domain/digest.ts';
import { SECOND, timestampOf } from '../../domain/time.ts';
import { type ArtifactKind, kindOfArtifact, kindOfPredicate } from './artifact-kind.ts';
import type { AttachedManifest, AttachedPart } from './attached-manifest.ts';
import { parseBundle } from './bundle-json.ts';
import { BUNDLE_LAYER } from './discovery.ts';
import { inflateBundle } from './inflate.ts';
import { MAX_BUNDLE_BYTES } from './limits.ts';
import { askBlob } from './manifests.ts';
import { type Signed, signedFromBundle } from './signed.ts';
import type { Site } from './site.ts';

/** One thing attached to an image. Everything it says of itself is claimed: nothing is verified. */
export interface AttachedThing {
  /** The referrers API, the fallback tag of a registry without it, or one of cosign's tags. */
  readonly via: 'api' | 'tag' | 'sig' | 'att' | 'sbom';
  readonly manifest: Digest;
  /** Only of cosign's tags: `sha256-<hex>.sig`. */
  readonly tag?: string;
  readonly mediaType: string;
  readonly kinds: readonly ArtifactKind[];
  readonly predicateTypes: readonly string[];
  /** As the manifest has it, else its config's media type. */
  readonly artifactType: string;
  /** cosign's heading for a referrer: its predicate type annotation, else its artifact type. */
  readonly heading: string;
  readonly config?: AttachedPart;
  readonly layers: readonly AttachedPart[];
  /** Of an index. */
  readonly manifests: AttachedManifest['manifests'];
  readonly annotations: Readonly<Record<string, string>>;
  /** Bytes of the manifest and of what it lists, as it says. */
  readonly size: number;
  /** As annotated, else when a transparency log says that it took the first signature. */
  readonly created?: string;
}

/** @param child of an index: the manifest whose layers are shown, as cosign shows them. */
export async function describeAttached(
  site: Site,
  via: AttachedThing['via'],
  manifest: AttachedManifest,
  child: AttachedManifest = manifest,
): Promise<AttachedThing> {
  const { digest, mediaType, annotations, manifests } = manifest;
  const { config, layers } = child;
  const artifactType = manifest.artifactType ?? config?.mediaType ?? mediaType;
  const signed = await signedIn(site, child);
  const predicateTypes = signed?.predicateType ? [signed.predicateType] : annotatedTypes(child);
  const types = [artifactType, ...layers.map((layer) => layer.mediaType), config?.mediaType ?? ''];
  const kinds = predicateTypes.map(kindOfPredicate);
  const created = annotations['org.opencontainers.image.created'] ?? loggedAt(signed, layers);
  return {
    via,
    manifest: digest,
    mediaType,
    kinds: kinds.length > 0 ? [...new Set(kinds)] : [kindOfArtifact(types)],
    predicateTypes: [...new Set(predicateTypes)],
    artifactType,
    heading: annotations['dev.sigstore.bundle.predicateType'] ?? artifactType,
    ...(config && { config }),
    ...{ layers, manifests, annotations },
    size: [config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), manifest.size),
    ...(created !== undefined && { created }),
  };
}

/** What the manifest annotates, where no statement can be read: a registry and a pusher may say anything there. */
function annotatedTypes({ annotations, layers }: AttachedManifest): string[] {
  return [
    annotations['dev.sigstore.bundle.predicateType'],
    ...layers.map((layer) => layer.annotations.predicateType),
    ...layers.map((layer) => layer.annotations['in-toto.io/predicate-type']),
  ].filter((type) => type !== undefined);
}

async function signedIn(
  site: Site,
  { digest, layers }: AttachedManifest,
): Promise<Signed | undefined> {
  const [first] = layers;
  if (!first?.mediaType.startsWith(BUNDLE_LAYER)) return undefined;
  const asked = await askBlob(site, first, MAX_BUNDLE_BYTES);
  if (asked.kind !== 'found') return undefined;
  try {
    return signedFromBundle(parseBundle(await inflateBundle(asked.value)), digest, false);
  } catch {
    return undefined;
  }
}

function loggedAt(signed: Signed | undefined, layers: readonly AttachedPart[]): string | undefined {
  const times = [
    ...(signed?.logEntries ?? []).map(({ integratedTime }) => Number(integratedTime)),
    ...layers.map(({ annotations }) => timeIn(annotations['dev.sigstore.cosign/bundle'])),
  ].filter((time) => Number.isSafeInteger(time) && time > 0 && time < 253_402_300_800);
  return times.length === 0 ? undefined : timestampOf(Math.min(...times) * SECOND);
}

/** `{"Payload":{"integratedTime":…}}` */
function timeIn(bundle: string | undefined): number {
  try {
    return JSON.parse(bundle ?? '')?.Payload?.integratedTime ?? 0;
  } catch {
    return 0;
  }
}
