import { createHash } from 'node:crypto';
import { TagwardenError } from './errors.ts';

/** `sha256:<64 lowercase hex>` or `sha512:<128 lowercase hex>`; made only by {@link parseDigest} and {@link digestOf}. */
export type Digest = string & { readonly __digest: unique symbol };

export type DigestAlgorithm = 'sha256' | 'sha512';

/** Raised when a text is not a digest of a registered algorithm (OCI image-spec, descriptor.md). */
export class DigestError extends TagwardenError<'INVALID_DIGEST'> {
  constructor(found: string) {
    super(
      'INVALID_DIGEST',
      `invalid digest ${JSON.stringify(found.slice(0, 160))}: expected sha256:<64 lowercase hex> or sha512:<128 lowercase hex>`,
    );
  }
}

const PATTERN = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && PATTERN.test(text);
}

/** @throws {DigestError} */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new DigestError(text);
  return text;
}

/** The digest of these bytes: the only proof of what a registry sent. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** `9f2c41ab` of `sha256:9f2c41ab…`: for one-line output only, never for comparing. */
export function shortDigest(digest: Digest, length = 8): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, length);
}
