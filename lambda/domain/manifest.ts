import { createHash } from 'node:crypto';
import { type Digest, digestOf, isDigest } from './digest.ts';
import { messageOf } from './errors.ts';
import type { EventRecord, MoveClass } from './event.ts';
import type { ManifestFacts } from './observation.ts';
import type { ManifestPrint } from './state.ts';
import { isObject, ownField, parseStrictJson } from './strict-json.ts';

/** Why fetched bytes are not a manifest that we accept: "…: it <problem>". */
export interface ManifestProblem {
  readonly problem: string;
}

/** OCI distribution-spec: registries should enforce 4 MiB, so nothing honest is larger. */
export const MANIFEST_LIMIT = 4 * 1024 * 1024;
const MAX_DESCRIPTORS = 10_000;
const MAX_DEPTH = 32;
const MAX_PRINTED_PLATFORMS = 32;
const MAX_SIGHTINGS = 100;

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const IMAGE_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** `{}`: the config of everything that is no image (image-spec, "empty descriptor"); finding it says nothing. */
const EMPTY_CONFIG = digestOf(new TextEncoder().encode('{}'));

/** Platform name of a manifest that does not say its own. */
const UNSTATED = 'unknown';

type Descriptor = {
  readonly digest: Digest;
  readonly platform: string;
  readonly attestation: boolean;
};

class Refused extends Error {}

/**
 * What the bytes of a GET say: OCI index and manifest, docker list and schema 2 manifest.
 * `mediaType` is the Content-Type that the registry sent. Never throws.
 */
export function readManifest(
  bytes: Uint8Array,
  mediaType: string,
): ManifestFacts | ManifestProblem {
  const json = parseStrictJson(bytes, { maxBytes: MANIFEST_LIMIT, maxDepth: MAX_DEPTH });
  if ('problem' in json) return json;
  try {
    return factsOf(json.value, mediaType, bytes);
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

export function isProblem(read: ManifestFacts | ManifestProblem): read is ManifestProblem {
  return 'problem' in read;
}

function factsOf(value: unknown, header: string, bytes: Uint8Array): ManifestFacts {
  const document = unambiguous(value, ['schemaVersion', 'mediaType', 'manifests', 'config']);
  const mediaType = agreedType(document, header);
  const annotationsHash = hashOf(sortedEntries(ownField(document, 'annotations')));
  if (IMAGE_TYPES.includes(mediaType)) {
    // An attacker may show one document as an index to us and as an image to others (CVE-2021-41190).
    if (Object.hasOwn(document, 'manifests')) throw new Refused('is an image and an index at once');
    const config = descriptorOf(ownField(document, 'config')).digest;
    list(document, 'layers').forEach(descriptorOf);
    const platforms = { [UNSTATED]: digestOf(bytes) };
    return { mediaType, platforms, attestations: [], configs: [config], annotationsHash };
  }
  for (const field of ['config', 'layers', 'fsLayers']) {
    if (Object.hasOwn(document, field)) throw new Refused('is an image and an index at once');
  }
  const children = list(document, 'manifests').map(descriptorOf);
  return {
    mediaType,
    platforms: byPlatform(children.filter((child) => !child.attestation)),
    attestations: children.filter((child) => child.attestation).map((child) => child.digest),
    configs: [],
    annotationsHash,
  };
}

/** The type in the header and the one in the document must not contradict each other (image-spec, manifest.md). */
function agreedType(document: Record<string, unknown>, header: string): string {
  const known = [...INDEX_TYPES, ...IMAGE_TYPES];
  const sent = header.replace(/;.*$/s, '').trim().toLowerCase();
  const own = ownField(document, 'mediaType');
  const type = typeof own === 'string' ? own : sent;
  if (!known.includes(type)) throw new Refused('has no media type of an image or an index');
  if (known.includes(sent) && sent !== type) {
    throw new Refused('says another media type than the registry');
  }
  return type;
}

function list(document: Record<string, unknown>, field: string): unknown[] {
  const items = ownField(document, field);
  if (!Array.isArray(items)) throw new Refused(`has no list "${field}"`);
  if (items.length > MAX_DESCRIPTORS) throw new Refused(`lists over ${MAX_DESCRIPTORS} "${field}"`);
  return items;
}

function descriptorOf(value: unknown): Descriptor {
  const descriptor = unambiguous(value, ['mediaType', 'digest', 'size', 'platform', 'annotations']);
  const digest = ownField(descriptor, 'digest');
  const size = ownField(descriptor, 'size');
  if (!isDigest(digest)) throw new Refused('has a descriptor without a usable digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new Refused('has a descriptor without a usable size');
  }
  const platform = platformName(ownField(descriptor, 'platform'));
  const type = ownField(ownField(descriptor, 'annotations'), 'vnd.docker.reference.type');
  const attestation = type === 'attestation-manifest' || platform === 'unknown/unknown';
  return { digest, platform, attestation };
}

/** Go matches field names in any case, so that `Digest` beside `digest` would mean something else there. */
function unambiguous(value: unknown, fields: readonly string[]): Record<string, unknown> {
  if (!isObject(value)) throw new Refused('has something else where an object belongs');
  const folded = new Map(fields.map((field) => [field.toLowerCase(), field]));
  for (const key of Object.keys(value)) {
    const field = folded.get(key.normalize('NFKC').toLowerCase());
    if (field !== undefined && field !== key)
      throw new Refused(`spells "${field}" in another case`);
  }
  return value;
}

/** `os/architecture[/variant][ os.version]`; what is no plain word becomes `other`. */
function platformName(platform: unknown): string {
  if (platform === undefined) return UNSTATED;
  const word = (name: string) => {
    const text = ownField(platform, name);
    if (text === undefined || text === '') return undefined;
    return typeof text === 'string' && /^[A-Za-z0-9._+-]{1,40}$/.test(text) ? text : 'other';
  };
  const parts = [word('os') ?? UNSTATED, word('architecture') ?? UNSTATED, word('variant')];
  const version = word('os.version');
  const name = parts.filter((part) => part !== undefined).join('/');
  return version === undefined ? name : `${name} ${version}`;
}

function byPlatform(children: readonly Descriptor[]): Record<string, Digest> {
  const platforms = new Map<string, Digest>();
  const seen = new Map<string, number>();
  for (const { platform, digest } of children) {
    const count = (seen.get(platform) ?? 0) + 1;
    seen.set(platform, count);
    platforms.set(count === 1 ? platform : `${platform} #${count}`, digest);
  }
  return Object.fromEntries(platforms);
}

function sortedEntries(annotations: unknown): string {
  if (annotations === undefined || annotations === null) return '[]';
  if (!isObject(annotations)) throw new Refused('has annotations that are not an object');
  return JSON.stringify(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hashOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function print(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What of a manifest is remembered to explain the next move; platforms beyond 32 share one fingerprint. */
export function printOf(facts: ManifestFacts): ManifestPrint {
  const entries = Object.entries(facts.platforms).sort(([a], [b]) => (a < b ? -1 : 1));
  const platforms = entries
    .slice(0, MAX_PRINTED_PLATFORMS)
    .map(([name, digest]) => [name, print(digest)]);
  const rest = entries.slice(MAX_PRINTED_PLATFORMS);
  if (rest.length > 0) platforms.push(['others', print(JSON.stringify(rest))]);
  return {
    mediaType: facts.mediaType,
    platforms: Object.fromEntries(platforms),
    attestations: print([...facts.attestations].sort().join()),
    annotations: print(facts.annotationsHash),
  };
}

export interface MoveExplanation {
  readonly classes: readonly MoveClass[];
  readonly platforms: {
    readonly changed: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  };
}

/** What is different between what is remembered of the old digest and the manifest of the new one. */
export function explainMove(
  before: ManifestPrint | undefined,
  after: ManifestFacts | undefined,
): MoveExplanation {
  if (before === undefined || after === undefined) {
    return { classes: ['unknown'], platforms: { changed: [], added: [], removed: [] } };
  }
  const now = printOf(after);
  const was = (name: string) => ownField(before.platforms, name);
  const added = Object.keys(now.platforms).filter((name) => was(name) === undefined);
  const removed = Object.keys(before.platforms).filter(
    (name) => ownField(now.platforms, name) === undefined,
  );
  const changed = Object.keys(now.platforms).filter(
    (name) => was(name) !== undefined && was(name) !== now.platforms[name],
  );
  const platforms = { changed, added, removed };
  return { classes: classesOf(before, now, platforms), platforms };
}

function classesOf(
  before: ManifestPrint,
  now: ManifestPrint,
  { changed, added, removed }: MoveExplanation['platforms'],
): MoveClass[] {
  const classes: MoveClass[] = [];
  if (changed.length > 0) classes.push('content');
  if (added.length + removed.length > 0) classes.push('platforms');
  if (before.mediaType !== now.mediaType) classes.push('media-type');
  if (classes.length > 0) return classes;
  return [before.attestations === now.attestations ? 'index-metadata-only' : 'attestations-only'];
}

/** Under which digests this tag can be found again (`where`); at most 100, so that no index floods the store. */
export function sightingsOf(
  digest: Digest,
  facts: ManifestFacts | undefined,
): EventRecord['sightings'] {
  if (facts === undefined) return [{ digest, role: 'manifest' }];
  const isIndex = INDEX_TYPES.includes(facts.mediaType);
  const platforms = isIndex ? Object.entries(facts.platforms) : [];
  const sightings: EventRecord['sightings'] = [
    { digest, role: isIndex ? 'index' : 'manifest' },
    ...platforms.map(([platform, child]) => ({
      digest: child,
      role: 'platform' as const,
      platform,
    })),
    ...facts.configs
      .filter((config) => config !== EMPTY_CONFIG)
      .map((config) => ({ digest: config, role: 'config' as const })),
  ];
  return sightings.slice(0, MAX_SIGHTINGS);
}
