import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What a process must know to use a running store, in `store.json`, which only its user can read.
 * The key id is sent with every request; the secret never is, and signs every answer.
 */
export interface Access {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const PROOF_HEADER = 'x-tagwarden-proof';

export function newAccess(): Access {
  return {
    accessKeyId: randomBytes(24).toString('hex'),
    secretAccessKey: randomBytes(32).toString('hex'),
  };
}

/** Whether a SigV4 Authorization header has the key id in its `Credential=<id>/<date>/…`. */
export function isAdmitted(access: Access, authorization: string | undefined): boolean {
  const [, found = ''] = /\bCredential=([^/,\s]+)\//.exec(authorization ?? '') ?? [];
  const [a, b] = [Buffer.from(found), Buffer.from(access.accessKeyId)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Ties an answer to its request, whose signature covers the time and the body. */
export function proofOf(access: Access, authorization: string): string {
  return createHmac('sha256', access.secretAccessKey).update(authorization).digest('hex');
}
