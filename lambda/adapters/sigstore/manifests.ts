import type { FoundManifest, Missing, RegistryFailure } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import { MAX_LAYERS } from './limits.ts';
import { Refusal } from './refusal.ts';
import type { Site } from './site.ts';

export interface Layer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
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

/** A blob of at most `limit` bytes; a longer one is refused, whether it says so or not. */
export async function askBlob(
  { registry, repository, signal, budget }: Site,
  { digest, size }: Layer,
  limit: number,
): Promise<Asked<Uint8Array>> {
  if (size > limit) {
    return { kind: 'refused', problem: `${digest} has ${size} bytes, at most ${limit} are read` };
  }
  return asking(async () => {
    const found = await registry.getBlob(repository, digest, limit, signal);
    if (found.kind !== 'found') {
      return { kind: 'unfetched', problem: `${digest}: ${found.code} ${found.detail}` };
    }
    return budget.take(found.bytes.length)
      ? { kind: 'found', value: found.bytes }
      : { kind: 'unfetched', problem: 'the image has more signatures than are read' };
  });
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

/** Junk that is too large to be read must not make a verdict inconclusive for ever. */
function isTooLarge(thrown: unknown): boolean {
  return (thrown as Partial<RegistryFailure> | undefined)?.reason === 'too-large';
}

/** Where cosign finds an index it takes the image for linux/amd64, once. */
async function fetchImageManifest(
  { registry, repository, signal }: Site,
  reference: string,
): Promise<FoundManifest | Missing | { kind: 'denied'; code: string; detail: string }> {
  const found = await registry.getManifest(repository, reference, signal);
  if (found.kind !== 'found') return found;
  const manifest = readJson(found.bytes, 'manifest');
  if (!isJsonObject(manifest) || !Array.isArray(manifest.manifests)) return found;
  const child = manifest.manifests.filter(isJsonObject).find(isLinuxAmd64)?.digest;
  if (!isDigest(child)) throw new Refusal('it is an index without an image for linux/amd64');
  return registry.getManifest(repository, child, signal);
}

function isLinuxAmd64({ platform }: JsonObject): boolean {
  return isJsonObject(platform) && platform.os === 'linux' && platform.architecture === 'amd64';
}

/** @throws {Refusal} */
function readCarrier({ bytes, digest }: FoundManifest): CarrierManifest {
  const manifest = readJson(bytes, 'manifest');
  if (!isJsonObject(manifest) || !Array.isArray(manifest.layers)) {
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
  const { mediaType, size, digest } = layer;
  return {
    digest,
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0,
    annotations: readAnnotations(layer.annotations),
  };
}

function readAnnotations(annotations: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(annotations)) return {};
  const texts = Object.entries(annotations).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
