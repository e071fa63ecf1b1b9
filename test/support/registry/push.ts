import type { Digest } from '../../../lambda/domain/digest.ts';
import { descriptorOf } from './listings.ts';
import type { RegistryDouble } from './server.ts';
import type { Repository } from './store.ts';

const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};
const EMPTY = 'application/vnd.oci.empty.v1+json';

export interface ImageOptions {
  /** What makes this image different from another one: the content of its layer. */
  readonly content: string;
  /** An index with one image for each (`linux/arm64/v8`); a single manifest when absent. */
  readonly platforms?: readonly string[];
  /** Of the index, or of the single manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Added to the image configuration (`config: {Entrypoint: […]}`, `created`). */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly mediaTypes?: 'oci' | 'docker';
}

export interface PushedImage {
  /** `127.0.0.1:<port>/<repository>:<tag>`. */
  readonly reference: string;
  /** Of the index, or of the single manifest. */
  readonly digest: Digest;
  /** By platform; of a single image under `linux/amd64`. */
  readonly manifests: Readonly<Record<string, Digest>>;
  readonly configs: Readonly<Record<string, Digest>>;
}

/** Puts an image under a tag; the tag moves when it was there. */
export function pushImage(
  registry: RegistryDouble,
  repository: string,
  tag: string,
  options: ImageOptions,
): PushedImage {
  const into = registry.store.repository(repository);
  const { annotations, platforms } = options;
  const top = annotations === undefined ? {} : { annotations };
  const images =
    platforms === undefined
      ? [putImage(into, 'linux/amd64', options, top, tag)]
      : platforms.map((platform) => putImage(into, platform, options, {}));
  const single = platforms === undefined ? images[0] : undefined;
  return {
    reference: `${registry.host}/${repository}:${tag}`,
    digest: single?.digest ?? putIndex(into, images, options, top, tag),
    manifests: Object.fromEntries(images.map((image) => [image.platform, image.digest])),
    configs: Object.fromEntries(images.map((image) => [image.platform, image.config])),
  };
}

interface PutImage {
  readonly platform: string;
  readonly digest: Digest;
  readonly size: number;
  readonly config: Digest;
}

function putImage(
  into: Repository,
  platform: string,
  { content, config, mediaTypes }: ImageOptions,
  top: object,
  tag?: string,
): PutImage {
  const types = mediaTypes === 'docker' ? DOCKER : OCI;
  const rootfs = { type: 'layers', diff_ids: [] };
  const configuration = encode({ ...platformOf(platform), rootfs, ...config });
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: blob(into, configuration, types.config),
    layers: [blob(into, encode(`${platform} ${content}`), types.layer)],
    ...top,
  };
  const bytes = encode(manifest);
  const digest = into.putManifest(bytes, types.manifest, tag);
  return { platform, digest, size: bytes.length, config: manifest.config.digest };
}

function putIndex(
  into: Repository,
  images: readonly PutImage[],
  { mediaTypes }: ImageOptions,
  top: object,
  tag: string,
): Digest {
  const types = mediaTypes === 'docker' ? DOCKER : OCI;
  const manifests = images.map(({ platform, digest, size }) => {
    return { mediaType: types.manifest, digest, size, platform: platformOf(platform) };
  });
  const index = { schemaVersion: 2, mediaType: types.index, manifests, ...top };
  return into.putManifest(encode(index), types.index, tag);
}

export interface ReferrerOptions {
  readonly artifactType: string;
  readonly content: string | Uint8Array;
  /** Of the layer. @default - the artifact type */
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Attaches an artifact to an image: by the referrers API, or by the fallback tag where there is none. */
export function pushReferrer(
  registry: RegistryDouble,
  repository: string,
  subject: Digest,
  options: ReferrerOptions,
): Digest {
  const into = registry.store.repository(repository);
  const target = into.manifest(subject);
  const digest = into.putManifest(
    encode({
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType: options.artifactType,
      config: blob(into, encode({}), EMPTY),
      layers: [blob(into, encode(options.content), options.mediaType ?? options.artifactType)],
      subject: {
        mediaType: target?.mediaType ?? OCI.manifest,
        digest: subject,
        size: target?.bytes.length ?? 0,
      },
      ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
    }),
    OCI.manifest,
  );
  if (!registry.hasReferrers) tagReferrers(into, subject);
  return digest;
}

function tagReferrers(into: Repository, subject: Digest): void {
  const manifests = into.referrers(subject).map(descriptorOf);
  const index = { schemaVersion: 2, mediaType: OCI.index, manifests };
  into.putManifest(encode(index), OCI.index, subject.replace(':', '-'));
}

function blob(into: Repository, bytes: Uint8Array, mediaType: string) {
  return { mediaType, digest: into.putBlob(bytes), size: bytes.length };
}

function platformOf(platform: string) {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Bytes as they are, text as UTF-8, anything else as JSON. */
export function encode(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}
