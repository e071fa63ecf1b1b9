import { type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { KeyRule } from '../../domain/policy.ts';
import { type Content, type Signed, sha256, signedBytes, signedDigest } from './signed.ts';

export type HashName = KeyRule['digestAlgorithm'];

const HASH_BY_LENGTH: ReadonlyMap<number, HashName> = new Map([
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

/**
 * How the library asks about what was signed.
 *
 * G12: its own classes always hash with SHA-256, so that P-384 and P-521 signatures made with
 * `--signature-digest-algorithm` could never verify. Here the caller says which hashes may have
 * been used.
 */
export class HashedSignature {
  /** The library asks for it only to verify signed timestamps over it. */
  readonly signature: Buffer;
  readonly #signature: Buffer;
  readonly #content: Content;
  readonly #signed: Buffer;
  readonly #hashes: readonly HashName[];

  constructor({ content, signature, stamped }: Signed, hashes: readonly HashName[]) {
    this.signature = stamped ?? signature;
    this.#signature = signature;
    this.#content = content;
    this.#signed = signedBytes(content);
    this.#hashes = hashes;
  }

  compareSignature(signature: Buffer): boolean {
    return equal(signature, this.#signature);
  }

  /** Rekor v1 records the SHA-256 of an envelope's payload. */
  compareDigest(digest: Buffer): boolean {
    const payload = this.#content.kind === 'envelope' ? this.#content.payload : this.#signed;
    return equal(digest, sha256(payload));
  }

  /** Hashedrekord entries record a digest of the signed bytes: of an envelope, of its encoding. */
  compareSignedDigest(digest: Buffer): boolean {
    const hash = HASH_BY_LENGTH.get(digest.length);
    const own = hash === undefined ? undefined : signedDigest(this.#content, hash);
    return own !== undefined && equal(digest, own);
  }

  verifySignature(key: KeyObject): boolean {
    return this.#hashes.some((hash) => this.#verifies(key, hash));
  }

  #verifies(key: KeyObject, hash: HashName): boolean {
    const content = this.#content;
    if (content.kind === 'artifact' && content.artifact.bytes === undefined) {
      const { digests, verifyDigest } = content.artifact;
      const digest = digests[hash];
      return digest !== undefined && verifyDigest?.(key, hash, digest, this.#signature) === true;
    }
    try {
      // Ed25519 hashes by itself.
      const algorithm = key.asymmetricKeyType === 'ed25519' ? null : hash;
      return verify(algorithm, this.#signed, key, this.#signature);
    } catch {
      return false;
    }
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
