import type {
  Denied,
  FoundManifest,
  Missing,
  ReferrerDescriptor,
  ReferrerListing,
  Registry,
  RepositoryRef,
} from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { childOf, readAttached } from './attached-manifest.ts';
import { type AttachedThing, describeAttached } from './attached-thing.ts';
import { legacyTag } from './discovery.ts';
import { inParallel } from './in-parallel.ts';
import { CONCURRENT_FETCHES, MAX_REFERRERS } from './limits.ts';
import { type Site, siteOf } from './site.ts';

export type { ArtifactKind } from './artifact-kind.ts';
export type { AttachedPart } from './attached-manifest.ts';
export type { AttachedThing } from './attached-thing.ts';

export interface Attached {
  readonly things: readonly AttachedThing[];
  /** What could not be read; empty when `things` is all there is. */
  readonly problems: readonly string[];
}

/**
 * Everything that is attached to an image where cosign and OCI clients look: for `tree`. In an
 * order that does not depend on the registry's.
 */
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
  const { complete, problem } = listing;
  const via = listing.via === 'tag' ? 'tag' : 'api';
  const referrers = listing.referrers.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  const read = await inParallel(referrers.slice(0, MAX_REFERRERS), CONCURRENT_FETCHES, (referrer) =>
    readReferrer(site, referrer, via),
  );
  const whole = complete && referrers.length <= MAX_REFERRERS;
  return together([
    ...read,
    whole ? NOTHING : failed(problem ?? 'the list of referrers is partial'),
  ]);
}

async function readReferrer(
  site: Site,
  { digest, artifactType }: ReferrerDescriptor,
  via: 'api' | 'tag',
): Promise<Attached> {
  const name = artifactType ? `${digest} (${artifactType})` : digest;
  return asking(name, async () => {
    const found = await ask(site, digest);
    if (found.kind === 'found') return only(await describe(site, via, found));
    const absent = found.kind === 'missing' && found.oci;
    return failed(absent ? `${name} is listed and not there` : `${name}: ${reason(found)}`);
  });
}

async function atTag(site: Site, suffix: 'sig' | 'att' | 'sbom'): Promise<Attached> {
  const tag = legacyTag(site.digest, suffix);
  return asking(tag, async () => {
    const found = await ask(site, tag);
    if (found.kind === 'found') return only({ ...(await describe(site, suffix, found)), tag });
    const absent = found.kind === 'missing' && found.oci;
    return absent ? NOTHING : failed(`${tag}: ${reason(found)}`);
  });
}

async function describe(
  site: Site,
  via: AttachedThing['via'],
  found: FoundManifest,
): Promise<AttachedThing> {
  const manifest = readAttached(found);
  const child = childOf(manifest);
  if (child === undefined) return describeAttached(site, via, manifest);
  const inside = await ask(site, child);
  if (inside.kind !== 'found') throw new Error(`its ${child}: ${reason(inside)}`);
  return describeAttached(site, via, manifest, readAttached(inside));
}

function ask({ registry, repository, signal }: Site, reference: string) {
  return registry.getManifest(repository, reference, signal);
}

function reason({ code, detail }: Missing | Denied): string {
  return `${code} ${detail}`;
}

async function asking(name: string, work: () => Promise<Attached>): Promise<Attached> {
  try {
    return await work();
  } catch (thrown) {
    return failed(`${name}: ${messageOf(thrown)}`);
  }
}

const NOTHING: Attached = { things: [], problems: [] };

function only(thing: AttachedThing): Attached {
  return { things: [thing], problems: [] };
}

function failed(problem: string): Attached {
  return { things: [], problems: [problem] };
}

function together(parts: readonly Attached[]): Attached {
  return {
    things: parts.flatMap(({ things }) => things),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
