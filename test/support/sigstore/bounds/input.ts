import { digestOf } from '../../../../lambda/domain/digest.ts';
import type { RegistryDouble } from '../../registry/index.ts';
import type { Repository } from '../../registry/store.ts';
import { Bench, type Sink } from '../bench.ts';
import type { SigstoreDouble } from '../server.ts';

/** An image with more attached to it than anybody may make us read, beside a good signature. */
export interface BoundedInput {
  readonly name: string;
  /** What a watch says of it, and why: never `verified`. */
  readonly verdict: string;
  readonly detail: RegExp;
  /** Most that may go out, once the image's digest is known. */
  readonly requests: number;
  /** Most of the bodies that may be read, all together. */
  readonly bytes: number;
  build(place: Place): Promise<void>;
}

/** A registry of its own with one image. */
export class Place {
  static readonly REPOSITORY = 'acme/app';
  readonly bench: Bench;
  readonly registry: RegistryDouble;

  constructor(sigstore: SigstoreDouble, registry: RegistryDouble) {
    this.registry = registry;
    this.bench = new Bench(sigstore, this.#sink());
  }

  get repository(): Repository {
    return this.registry.store.repository(Place.REPOSITORY);
  }

  /** Puts the image there. @returns its reference, with its digest */
  async image(): Promise<string> {
    const digest = await this.bench.image('v1');
    return `${this.registry.host}/${Place.REPOSITORY}@${digest}`;
  }

  /** Straight into the store: ten thousand by HTTP would take their time. */
  #sink(): Sink {
    const descriptor = (bytes: Uint8Array, mediaType: string) => {
      return { mediaType, digest: digestOf(bytes), size: bytes.length };
    };
    return {
      blob: async (bytes, mediaType) => {
        this.repository.putBlob(bytes);
        return descriptor(bytes, mediaType);
      },
      manifest: async (manifest, mediaType, tag) => {
        const bytes = Buffer.from(JSON.stringify(manifest));
        this.repository.putManifest(bytes, mediaType, tag);
        return descriptor(bytes, mediaType);
      },
    };
  }
}
