import { createHash } from 'node:crypto';
import type { ReferrerDescriptor, ReferrerListing } from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import type { ReferrersBy } from '../../domain/verdict.ts';
import { parseBundle } from './bundle-json.ts';
import { inParallel } from './in-parallel.ts';
import { inflateBundle } from './inflate.ts';
import { signedFromAttestation, signedFromLayer } from './legacy.ts';
import {
  CONCURRENT_FETCHES,
  MAX_BUNDLE_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_REFERRERS,
  MAX_SIMPLE_SIGNING_BYTES,
} from './limits.ts';
import {
  type Asked,
  askBlob,
  askManifest,
  type CarrierManifest,
  isTooLarge,
  type Layer,
} from './manifests.ts';
import { type Signed, signedFromBundle } from './signed.ts';
import type { Site } from './site.ts';

/** Something that was listed where signatures are kept, and yielded no candidate. */
export interface Unusable {
  readonly kind: 'refused' | 'unfetched';
  readonly format: 'bundle' | 'legacy';
  readonly manifest?: Digest;
  readonly problem: string;
}

/** What one place holds. */
export interface Find {
  readonly signed: readonly Signed[];
  readonly unusable: readonly Unusable[];
  /** Why it cannot be said that this is all; undefined when it can. */
  readonly incomplete?: string;
  /** There is more than is read, and nothing of it was. */
  readonly tooMany?: true;
  /** How referrers are listed here, as far as is known. */
  readonly via?: ReferrersBy;
  /** Digests of the manifests that were read: they commit to every signature byte. */
  readonly manifests: readonly Digest[];
}

export const NOTHING: Find = { signed: [], unusable: [], manifests: [] };
export const BUNDLE_LAYER = 'application/vnd.dev.sigstore.bundle';

/**
 * Every bundle among the referrers. The listing's artifact types and annotations are hints that
 * registries get wrong or omit, so each referrer's manifest is read: it carries a bundle if it has
 * exactly one layer of a bundle's media type (cosign's rule).
 */
export async function findBundles(site: Site): Promise<Find> {
  const listing = await listReferrers(site);
  if ('problem' in listing) {
    const { problem, tooMany } = listing;
    return { ...NOTHING, incomplete: problem, ...(tooMany && { tooMany }) };
  }
  const { referrers, firstPage, via, tooMany } = listing.found;
  // Attack: signatures without end (CVE-2023-46737). To read a thousand of them takes long, each time,
  // and a good one may be among the others: nothing is read, and nothing is said to be missing.
  if (tooMany || referrers.length > MAX_REFERRERS) {
    const { problem = `there are more than ${MAX_REFERRERS}` } = listing.found;
    return { ...NOTHING, via, tooMany: true, incomplete: `too many referrers: ${problem}` };
  }
  const finds = await inParallel(
    inStableOrder(referrers, firstPage),
    CONCURRENT_FETCHES,
    ({ digest, laterPage }) => readReferrer(site, digest, laterPage),
  );
  const incomplete = gapIn(site, listing.found);
  return { ...merge(finds), via, ...(incomplete !== undefined && { incomplete }) };
}

/** Why this may not be all that is attached; undefined when it is. */
function gapIn(
  { referrersApi }: Site,
  { complete, problem, via }: ReferrerListing,
): string | undefined {
  if (!complete) return problem ?? 'the list of referrers is partial';
  // Attack, or a proxy: without its API a registry has no bundles, and the image reads as unsigned.
  if (referrersApi && via !== 'api')
    return 'the referrers API answered before and is not there now';
  return undefined;
}

/** Registries list in any order, some in another one each time: what is reported must not depend on it. */
function inStableOrder(referrers: readonly ReferrerDescriptor[], firstPage: number) {
  return referrers
    .map(({ digest }, index) => ({ digest, laterPage: index >= firstPage }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** Whether cosign would look no further: for a bundle, or one that nobody knows of among too many. */
export function hidesLegacy({ signed, tooMany }: Find): boolean {
  return signed.length > 0 || tooMany === true;
}

async function listReferrers({
  registry,
  repository,
  digest,
  signal,
}: Site): Promise<{ found: ReferrerListing } | { problem: string; tooMany?: true }> {
  try {
    const listing = await registry.listReferrers(repository, digest, signal);
    if (listing.kind === 'found') return { found: listing };
    return { problem: `the list of referrers was denied: ${listing.code} ${listing.detail}` };
  } catch (thrown) {
    const problem = `the list of referrers could not be read: ${messageOf(thrown)}`;
    return { problem, ...(isTooLarge(thrown) && { tooMany: true }) };
  }
}

async function readReferrer(site: Site, digest: Digest, laterPage: boolean): Promise<Find> {
  const asked = await askManifest(site, digest);
  if (asked.kind === 'absent') {
    return lost('bundle', `${digest} is listed and not there`, digest);
  }
  // Referrers may be anything: what is no image manifest is no signature either.
  if (asked.kind === 'refused') return NOTHING;
  if (asked.kind === 'unfetched') return lost('bundle', asked.problem, digest);
  const [layer, ...more] = asked.value.layers;
  if (layer === undefined || more.length > 0 || !layer.mediaType.startsWith(BUNDLE_LAYER)) {
    return NOTHING;
  }
  return readBundle(site, asked.value, layer, laterPage);
}

async function readBundle(
  site: Site,
  { digest: manifest }: CarrierManifest,
  layer: Layer,
  laterPage: boolean,
): Promise<Find> {
  const asked = await askBlob(site, layer, MAX_BUNDLE_BYTES);
  if (asked.kind !== 'found') return unusable(asked, 'bundle', manifest);
  try {
    const bundle = parseBundle(await inflateBundle(asked.value));
    const signed = [signedFromBundle(bundle, manifest, laterPage)];
    return { signed, unusable: [], manifests: [manifest] };
  } catch (thrown) {
    const problem = messageOf(thrown);
    return unusable({ kind: 'refused', problem }, 'bundle', manifest);
  }
}

/** The signatures of the `.sig` tag: one per layer. */
export function findLegacySignatures(site: Site): Promise<Find> {
  return readLegacyTag(site, 'sig', MAX_SIMPLE_SIGNING_BYTES, signedFromLayer);
}

/** The attestations of the `.att` tag: one per layer. */
export function findLegacyAttestations(site: Site): Promise<Find> {
  return readLegacyTag(site, 'att', MAX_PAYLOAD_BYTES, signedFromAttestation);
}

/** `sha256:<hex>` is signed at `sha256-<hex>.sig`. */
export function legacyTag(digest: Digest, suffix: string): string {
  return `${digest.replace(':', '-')}.${suffix}`;
}

async function readLegacyTag(
  site: Site,
  suffix: string,
  limit: number,
  toSigned: (layer: Layer, blob: Uint8Array, manifest: Digest) => Signed,
): Promise<Find> {
  const asked = await askManifest(site, legacyTag(site.digest, suffix));
  if (asked.kind === 'absent') return NOTHING;
  if (asked.kind === 'unfetched') return { ...NOTHING, incomplete: asked.problem };
  if (asked.kind === 'refused') return unusable(asked, 'legacy');
  const { layers, digest: manifest } = asked.value;
  // Layers may share one blob and differ in their annotations: fetched once, judged each.
  const blobs = new Map<Digest, Promise<Asked<Uint8Array>>>();
  const finds = await inParallel(layers, CONCURRENT_FETCHES, async (layer) => {
    const blob = blobs.get(layer.digest) ?? askBlob(site, layer, limit);
    blobs.set(layer.digest, blob);
    return readLegacyLayer(layer, await blob, manifest, toSigned);
  });
  return { ...merge(finds), manifests: [manifest] };
}

function readLegacyLayer(
  layer: Layer,
  blob: Asked<Uint8Array>,
  manifest: Digest,
  toSigned: (layer: Layer, blob: Uint8Array, manifest: Digest) => Signed,
): Find {
  if (blob.kind !== 'found') return unusable(blob, 'legacy', manifest);
  try {
    return { ...NOTHING, signed: [toSigned(layer, blob.value, manifest)] };
  } catch (thrown) {
    return unusable({ kind: 'refused', problem: messageOf(thrown) }, 'legacy', manifest);
  }
}

function unusable(
  asked: Exclude<Asked<unknown>, { kind: 'found' }>,
  format: Unusable['format'],
  manifest?: Digest,
): Find {
  const kind = asked.kind === 'refused' ? 'refused' : 'unfetched';
  const problem = asked.kind === 'absent' ? 'it is listed and not there' : asked.problem;
  const item: Unusable = { kind, format, problem, ...(manifest && { manifest }) };
  return { signed: [], unusable: [item], manifests: manifest ? [manifest] : [] };
}

function lost(format: Unusable['format'], problem: string, manifest: Digest): Find {
  return unusable({ kind: 'unfetched', problem }, format, manifest);
}

export function merge(finds: readonly Find[]): Find {
  const incomplete = finds.find((find) => find.incomplete !== undefined)?.incomplete;
  return {
    signed: finds.flatMap(({ signed }) => signed),
    unusable: finds.flatMap((find) => find.unusable),
    ...(incomplete !== undefined && { incomplete }),
    manifests: finds.flatMap(({ manifests }) => manifests),
  };
}

/** Equal as long as the registry serves the same signature bytes, in whatever order. */
export function fingerprintOf({ manifests }: Find): string {
  const hash = createHash('sha256');
  for (const digest of [...new Set(manifests)].sort()) hash.update(`${digest}\n`);
  return `sha256:${hash.digest('hex')}`;
}
