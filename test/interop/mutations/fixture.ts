import { join } from 'node:path';
import type { Carrier, Content } from './content.ts';

/** What `record.ts` writes. */
export const FIXTURE = join(import.meta.dirname, '../../fixtures/signed-images.json');

export interface FixtureJson {
  readonly keys: Readonly<Record<'ours' | 'other', string>>;
  readonly root: string;
  readonly otherRoot: string;
  readonly images: Readonly<Record<string, ContentJson>>;
}

/** Everything in it is text: JSON or PEM. */
export interface ContentJson {
  readonly subject: string;
  readonly carriers: readonly (Omit<Carrier, 'manifest' | 'blobs' | 'config'> & {
    readonly manifest: string;
    readonly blobs: readonly string[];
    readonly config: string;
  })[];
}

export function toJson({ subject, carriers }: Content): ContentJson {
  return {
    subject: subject.toString(),
    carriers: carriers.map(({ place, mediaType, manifest, blobs, config }) => ({
      ...{ place, mediaType, manifest: manifest.toString(), config: config.toString() },
      blobs: blobs.map((blob) => blob.toString()),
    })),
  };
}

export function fromJson({ subject, carriers }: ContentJson, root: string): Content {
  return {
    subject: Buffer.from(subject),
    carriers: carriers.map((carrier) => ({
      ...carrier,
      manifest: Buffer.from(carrier.manifest),
      config: Buffer.from(carrier.config),
      blobs: carrier.blobs.map((blob) => Buffer.from(blob)),
    })),
    trustedRoot: Buffer.from(root),
  };
}
