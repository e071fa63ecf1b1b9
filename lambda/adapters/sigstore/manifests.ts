import type { FoundManifest, Missing, RegistryFailure } from '../../application/ports.ts';
import { algorithmOf, type Digest, digestOf, isDigest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { isTypedIndex, isTypedManifest } from '../../domain/oci-types.ts';
import { decodeBase64 } from './base64.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import { MAX_LAYERS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Site } from './site.ts';

export interface Layer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** The blob in base64, where the descriptor embeds it. */
  readonly data?: string;
}

/** An image manifest that carries signatures or attestations. */
export interface CarrierManifest {
  readonly digest: Digest;
  readonly artifactType?: string;
  readonly configMediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly layers: readonly Layer[];
}

/** A place that was asked: what is there, that nothing is there, or that nobody could say. */
export type Asked<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly problem: string; readonly digest?: Digest }
  | { readonly kind: 'unfetched'; readonly problem: string };

/**
 * The manifest at a tag or digest. An OCI 404 proves absence; another 404, a denial or a failure
 * proves nothing; bytes that are no manifest are refused.
 */
export async function askManifest(site: Site, reference: string): Promise<Asked<CarrierManifest>> {
  return asking(async () => {
    const found = await fetchImageManifest(site, reference);
    if (found.kind === 'found') return { kind: 'found', value: readCarrier(found) };
    if (found.kind === 'missing' && found.oci) return { kind: 'absent' };
    return { kind: 'unfetched', problem: `${reference}: ${found.code} ${found.detail}` };
  });
}

/**
 * A blob of at most `limit` bytes; a longer one is refused, whether it says so or not, and so is one
 * of another length than its descriptor says (go-containerregistry).
 */
export async function askBlob(site: Site, layer: Layer, limit: number): Promise<Asked<Uint8Array>> {
  const { digest, size } = layer;
  if (size > limit) {
    return { kind: 'refused', problem: `${digest} has ${size} bytes, at most ${limit} are read` };
  }
  return asking(async () => {
    const asked = layer.data === undefined ? await fetchBlob(site, layer, limit) : embedded(layer);
    if (asked.kind === 'found' && asked.value.length !== size) {
      throw new Refusal(`${digest} has ${asked.value.length} bytes, its descriptor says ${size}`);
    }
    return asked;
  });
}

async function fetchBlob(
  { registry, repository, signal, budget }: Site,
  { digest }: Layer,
  limit: number,
): Promise<Asked<Uint8Array>> {
  const found = await registry.getBlob(repository, digest, limit, signal);
  if (found.kind !== 'found') {
    return { kind: 'unfetched', problem: `${digest}: ${found.code} ${found.detail}` };
  }
  return budget.take(found.bytes.length)
    ? { kind: 'found', value: found.bytes }
    : { kind: 'unfetched', problem: 'the image has more signatures than are read' };
}

/** The blob itself, in the manifest (image-spec, descriptor.md, "data"). @throws {Refusal} */
function embedded({ data = '', digest }: Layer): Asked<Uint8Array> {
  const bytes = decodeBase64(data, 'embedded data');
  if (digestOf(bytes, algorithmOf(digest)) !== digest) {
    throw new Refusal(`the data in the descriptor of ${digest} has another digest`);
  }
  return { kind: 'found', value: bytes };
}

/** What the registry could not deliver is unfetched; what it delivered and nobody can read is refused. */
async function asking<T>(ask: () => Promise<Asked<T>>): Promise<Asked<T>> {
  try {
    return await ask();
  } catch (thrown) {
    const refused = thrown instanceof Refusal || isTooLarge(thrown);
    return { kind: refused ? 'refused' : 'unfetched', problem: messageOf(thrown) };
  }
}

/** Of a blob or a manifest, junk that must not make a verdict inconclusive for ever. */
export function isTooLarge(thrown: unknown): boolean {
  return (thrown as Partial<RegistryFailure> | undefined)?.reason === 'too-large';
}

/** Where cosign finds an index it takes the image for linux/amd64, once. */
async function fetchImageManifest(
  { registry, repository, signal }: Site,
  reference: string,
): Promise<FoundManifest | Missing | { kind: 'denied'; code: string; detail: string }> {
  const found = await registry.getManifest(repository, reference, signal);
  if (found.kind !== 'found') return found;
  const child = linuxAmd64Of(found);
  return child === undefined ? found : registry.getManifest(repository, child, signal);
}

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** Docker schema 1: go-containerregistry refuses it by its type. */
const UNSUPPORTED = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

/** As for cosign, the registry's Content-Type says what it is. @throws {Refusal} */
function linuxAmd64Of({ mediaType, bytes }: FoundManifest): Digest | undefined {
  if (UNSUPPORTED.test(mediaType)) throw new Refusal(`manifests of ${mediaType} are not supported`);
  if (!INDEX_TYPES.includes(mediaType)) return undefined;
  const index = readJson(bytes, 'index', { integersOnly: true });
  if (!isTypedIndex(index) || !isJsonObject(index)) throw new Refusal('it is not an image index');
  const { manifests } = index;
  const children = Array.isArray(manifests) ? manifests.filter(isJsonObject) : [];
  const child = children.find(isLinuxAmd64)?.digest;
  if (!isDigest(child)) throw new Refusal('it is an index without an image for linux/amd64');
  return child;
}

function isLinuxAmd64({ platform }: JsonObject): boolean {
  return isJsonObject(platform) && platform.os === 'linux' && platform.architecture === 'amd64';
}

/** @throws {Refusal} */
function readCarrier({ bytes, digest }: FoundManifest): CarrierManifest {
  const manifest = readJson(bytes, 'manifest', { integersOnly: true });
  if (!isTypedManifest(manifest) || !isJsonObject(manifest) || !Array.isArray(manifest.layers)) {
    throw new Refusal('it is not an image manifest');
  }
  // Endless signatures: each layer costs a request (GHSA-vfp6-jrw2-99g9).
  if (manifest.layers.length > MAX_LAYERS) {
    throw new Refusal(`it has ${manifest.layers.length} layers, at most ${MAX_LAYERS} are read`);
  }
  const { artifactType, config } = manifest;
  const configMediaType = isJsonObject(config) ? config.mediaType : undefined;
  return {
    digest,
    ...(typeof artifactType === 'string' && { artifactType }),
    configMediaType: typeof configMediaType === 'string' ? configMediaType : '',
    annotations: readAnnotations(manifest.annotations),
    layers: manifest.layers.map(readLayer),
  };
}

function readLayer(layer: Json): Layer {
  if (!isJsonObject(layer) || !isDigest(layer.digest)) {
    throw new Refusal('it has a layer without a digest');
  }
  const { mediaType, size, digest, data } = layer;
  return {
    digest,
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    size: typeof size === 'number' ? size : 0,
    annotations: readAnnotations(layer.annotations),
    ...(typeof data === 'string' && { data }),
  };
}

function readAnnotations(annotations: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(annotations)) return {};
  const texts = Object.entries(annotations).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
