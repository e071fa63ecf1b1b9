import { createHash, type KeyObject } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import type { HashName } from './signed-content.ts';

/** What a bundle over a file is about: its bytes, or where somebody else has those, its digest. */
export interface Artifact {
  readonly bytes?: Buffer;
  /** All that are known: of bytes every one, else the one that was given. */
  readonly digests: Readonly<Partial<Record<HashName, Buffer>>>;
  /** Verifies over a digest where there are no bytes; without it nothing does. */
  readonly verifyDigest?: VerifyDigest;
}

export type VerifyDigest = (
  key: KeyObject,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
) => boolean;

export function artifactOfBytes(bytes: Buffer): Artifact {
  const digestBy = (hash: HashName) => createHash(hash).update(bytes).digest();
  const digests = {
    sha256: digestBy('sha256'),
    sha384: digestBy('sha384'),
    sha512: digestBy('sha512'),
  };
  return { bytes, digests };
}

/** @param digest `sha256:<hex>` */
export async function artifactOfDigest(digest: Digest): Promise<Artifact> {
  // Loaded for whoever has no file: nobody else needs the curves' arithmetic.
  const { verifyDigest } = await import('./prehashed.ts');
  const sha256 = Buffer.from(digest.slice('sha256:'.length), 'hex');
  return { digests: { sha256 }, verifyDigest };
}
