import type { FoundManifest } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import { MAX_LAYERS } from './limits.ts';
import { Refusal } from './refusal.ts';

/** A descriptor as a manifest has it (OCI image-spec, descriptor.md). */
export interface AttachedPart {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes, as the manifest says. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Any manifest, read to be shown: more kinds than verification knows, and nothing is inferred. */
export interface AttachedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config?: AttachedPart;
  /** Layers of an image, blobs of an artifact. */
  readonly layers: readonly AttachedPart[];
  /** Of an index. */
  readonly manifests: readonly (AttachedPart & { readonly platform?: string })[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Of its bytes. */
  readonly size: number;
}

/**
 * An image manifest, an index, or an artifact manifest (OCI 1.1 release candidates, ORAS).
 *
 * @throws {Refusal} for what is none of them, or lists more than is read
 */
export function readAttached(found: FoundManifest): AttachedManifest {
  const json = readJson(found.bytes, 'manifest');
  if (!isJsonObject(json)) throw new Refusal('it is no manifest');
  const { artifactType, config, mediaType } = json;
  const layers = partsIn(json.layers ?? json.blobs).map(partOf);
  const manifests = partsIn(json.manifests).map((part) => ({
    ...partOf(part),
    ...platformOf(part),
  }));
  if (layers.length + manifests.length > MAX_LAYERS) {
    throw new Refusal(`it lists more than ${MAX_LAYERS} things`);
  }
  return {
    digest: found.digest,
    mediaType: textOf(mediaType) || found.mediaType,
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(isJsonObject(config) && isDigest(config.digest) && { config: partOf(config) }),
    layers,
    manifests,
    annotations: annotationsOf(json.annotations),
    size: found.bytes.length,
  };
}

/** Where cosign finds an index it takes the image for linux/amd64. */
export function childOf({ manifests }: AttachedManifest): Digest | undefined {
  return manifests.find(({ platform }) => platform === 'linux/amd64')?.digest;
}

function partsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function partOf(part: JsonObject): AttachedPart {
  const { digest, mediaType, size, artifactType, annotations } = part;
  if (!isDigest(digest)) throw new Refusal('it lists something without a digest');
  return {
    digest,
    mediaType: textOf(mediaType),
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0,
    ...(typeof artifactType === 'string' && { artifactType }),
    annotations: annotationsOf(annotations),
  };
}

function platformOf({ platform }: JsonObject): { platform?: string } {
  if (!isJsonObject(platform)) return {};
  const parts = [platform.os, platform.architecture, platform.variant].map(textOf).filter(Boolean);
  return { platform: parts.join('/') };
}

function annotationsOf(annotations: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(annotations)) return {};
  return Object.fromEntries(
    Object.entries(annotations).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
