import type { ReferrerListing, Registry, RepositoryRef } from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { type ArtifactKind, kindOfArtifact, kindOfPredicate } from './artifact-kind.ts';
import { parseBundle } from './bundle-json.ts';
import { BUNDLE_LAYER, legacyTag } from './discovery.ts';
import { inParallel } from './in-parallel.ts';
import { inflateBundle } from './inflate.ts';
import { CONCURRENT_FETCHES, MAX_BUNDLE_BYTES, MAX_REFERRERS } from './limits.ts';
import { askBlob, askManifest, type CarrierManifest, type Layer } from './manifests.ts';
import { signedFromBundle } from './signed.ts';
import { type Site, siteOf } from './site.ts';

export type { ArtifactKind } from './artifact-kind.ts';

/** One thing attached to an image. Everything it says of itself is claimed: nothing is verified. */
export interface AttachedThing {
  /** The referrers API, the fallback tag of a registry without it, or one of cosign's tags. */
  readonly via: 'api' | 'tag' | 'sig' | 'att' | 'sbom';
  readonly manifest: Digest;
  /** Only of cosign's tags: `sha256-<hex>.sig`. */
  readonly tag?: string;
  readonly kinds: readonly ArtifactKind[];
  readonly predicateTypes: readonly string[];
  /** As the manifest has it, else its config's media type. */
  readonly artifactType: string;
  /** cosign's heading for a referrer: its predicate type annotation, else its artifact type. */
  readonly heading: string;
  readonly layers: readonly Pick<Layer, 'digest' | 'size' | 'mediaType'>[];
  /** Bytes of the layers, as the manifest says. */
  readonly size: number;
  readonly created?: string;
}

export interface Attached {
  readonly things: readonly AttachedThing[];
  /** What could not be read; empty when `things` is all there is. */
  readonly problems: readonly string[];
}

/** Everything that is attached to an image where cosign and OCI clients look: for `tree`. */
export async function attachedTo(
  registry: Registry,
  repository: RepositoryRef,
  digest: Digest,
  signal?: AbortSignal,
): Promise<Attached> {
  const site = siteOf(registry, repository, digest, signal);
  const tagged = (['sig', 'att', 'sbom'] as const).map((suffix) => atTag(site, suffix));
  return together(await Promise.all([referrersOf(site), ...tagged]));
}

async function referrersOf(site: Site): Promise<Attached> {
  const { registry, repository, digest, signal } = site;
  try {
    const listing = await registry.listReferrers(repository, digest, signal);
    if (listing.kind === 'denied') return failed(`referrers: ${listing.code} ${listing.detail}`);
    return await readReferrers(site, listing);
  } catch (thrown) {
    return failed(`referrers: ${messageOf(thrown)}`);
  }
}

async function readReferrers(site: Site, listing: ReferrerListing): Promise<Attached> {
  const { referrers, complete, problem } = listing;
  const via = listing.via === 'tag' ? 'tag' : 'api';
  const read = await inParallel(
    referrers.slice(0, MAX_REFERRERS),
    CONCURRENT_FETCHES,
    ({ digest }) => readThing(site, digest, via),
  );
  const whole = complete && referrers.length <= MAX_REFERRERS;
  return together([
    ...read,
    whole ? NOTHING : failed(problem ?? 'the list of referrers is partial'),
  ]);
}

async function atTag(site: Site, suffix: 'sig' | 'att' | 'sbom'): Promise<Attached> {
  const tag = legacyTag(site.digest, suffix);
  const { things, problems } = await readThing(site, tag, suffix);
  return { things: things.map((thing) => ({ ...thing, tag })), problems };
}

async function readThing(
  site: Site,
  reference: string,
  via: AttachedThing['via'],
): Promise<Attached> {
  const asked = await askManifest(site, reference);
  if (asked.kind === 'absent') {
    const listed = via === 'api' || via === 'tag';
    return listed ? failed(`${reference} is listed and not there`) : NOTHING;
  }
  if (asked.kind !== 'found') return failed(`${reference}: ${asked.problem}`);
  return { things: [await describe(site, asked.value, via)], problems: [] };
}

async function describe(
  site: Site,
  manifest: CarrierManifest,
  via: AttachedThing['via'],
): Promise<AttachedThing> {
  const { annotations, layers, configMediaType } = manifest;
  const artifactType = manifest.artifactType ?? configMediaType;
  const annotated = annotations['dev.sigstore.bundle.predicateType'];
  const predicateTypes = await predicateTypesOf(site, manifest);
  const types = [artifactType, ...layers.map(({ mediaType }) => mediaType), configMediaType];
  const kinds = predicateTypes.map(kindOfPredicate);
  const created = annotations['org.opencontainers.image.created'];
  return {
    via,
    manifest: manifest.digest,
    kinds: kinds.length > 0 ? [...new Set(kinds)] : [kindOfArtifact(types)],
    predicateTypes: [...new Set(predicateTypes)],
    artifactType,
    heading: annotated ?? artifactType,
    layers: layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
    size: layers.reduce((sum, { size }) => sum + size, 0),
    ...(created !== undefined && { created }),
  };
}

/** Of a bundle, what its statement says; where that cannot be read, what the manifest annotates. */
async function predicateTypesOf(site: Site, manifest: CarrierManifest): Promise<string[]> {
  const { annotations, layers } = manifest;
  const [first] = layers;
  const annotated = [annotations['dev.sigstore.bundle.predicateType']].concat(
    layers.map((layer) => layer.annotations.predicateType),
  );
  const stated = first?.mediaType.startsWith(BUNDLE_LAYER)
    ? await statedType(site, manifest.digest, first)
    : undefined;
  return stated === undefined ? annotated.filter((type) => type !== undefined) : [stated];
}

async function statedType(site: Site, manifest: Digest, layer: Layer): Promise<string | undefined> {
  const asked = await askBlob(site, layer, MAX_BUNDLE_BYTES);
  if (asked.kind !== 'found') return undefined;
  try {
    const bundle = parseBundle(await inflateBundle(asked.value));
    return signedFromBundle(bundle, manifest, false).predicateType;
  } catch {
    return undefined;
  }
}

const NOTHING: Attached = { things: [], problems: [] };

function failed(problem: string): Attached {
  return { things: [], problems: [problem] };
}

function together(parts: readonly Attached[]): Attached {
  return {
    things: parts.flatMap(({ things }) => things),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
