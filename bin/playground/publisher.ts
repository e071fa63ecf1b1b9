import type { Digest } from '../../lambda/domain/digest.ts';
import { type SigstoreDouble, signKeyless } from '../../test/support/sigstore/index.ts';
import { OCI_INDEX, OCI_MANIFEST, Pusher } from '../../test/support/sigstore/pusher.ts';

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const PLATFORMS = ['amd64', 'arm64'] as const;

/** Whoever releases images: builds, pushes, signs and tags them over HTTP, as with docker and cosign. */
export class ImagePublisher {
  readonly #host: string;
  readonly #repository: string;
  readonly #sigstore: SigstoreDouble;
  readonly #pusher: Pusher;

  constructor(host: string, repository: string, sigstore: SigstoreDouble) {
    this.#host = host;
    this.#repository = repository;
    this.#sigstore = sigstore;
    this.#pusher = new Pusher(host, repository);
  }

  /** An index with an image for each platform, under its digest only. */
  async push(content: string): Promise<Image> {
    const manifests = await Promise.all(PLATFORMS.map((each) => this.#pushImage(content, each)));
    const manifest = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
    const { digest } = await this.#pusher.manifest(manifest, OCI_INDEX);
    return { digest, manifest };
  }

  async tag({ manifest }: Image, tag: string): Promise<void> {
    await this.#pusher.manifest(manifest, OCI_INDEX, tag);
  }

  async sign({ digest }: Image, identity: string, issuer: string): Promise<void> {
    const target = { registryHost: this.#host, repository: this.#repository, digest };
    await signKeyless(this.#sigstore, { ...target, identity, issuer });
  }

  async #pushImage(content: string, architecture: string): Promise<object> {
    const layer = Buffer.from(`${content} for ${architecture}\n`);
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
    const manifest = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: await this.#pusher.blob(Buffer.from(JSON.stringify(config)), CONFIG),
      layers: [await this.#pusher.blob(layer, LAYER)],
    };
    const descriptor = await this.#pusher.manifest(manifest, OCI_MANIFEST);
    return { ...descriptor, platform: { os: 'linux', architecture } };
  }
}

export interface Image {
  readonly digest: Digest;
  readonly manifest: object;
}
