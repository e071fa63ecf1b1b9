import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { TokenRequest } from './identity-provider.ts';
import type { SigstoreDouble } from './server.ts';
import { certify } from './services.ts';
import { generateP256, pemOf, spkiOf } from './x509.ts';

/** Whoever signs: a private key, and the certificate or public key that a log records with it. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly der: Buffer;
  readonly certified: boolean;
  /** @default sha256 */
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
}

/** As whoever holds the key signs: Ed25519 hashes by itself. */
export function signatureBy({ privateKey, hash = 'sha256' }: Signer, data: Uint8Array): Buffer {
  return sign(privateKey.asymmetricKeyType === 'ed25519' ? null : hash, data, privateKey);
}

/** Gets a certificate for this identity, for a key of its own. */
export async function keylessSigner(
  sigstore: SigstoreDouble,
  request: TokenRequest,
): Promise<Signer> {
  const keys = generateP256();
  const certificate = await certify(sigstore.url, sigstore.idToken(request), keys);
  return { ...certificate, privateKey: keys.privateKey, certified: true };
}

export function keySigner(privateKey: KeyObject): Signer {
  const der = spkiOf(createPublicKey(privateKey));
  return { privateKey, der, pem: pemOf('PUBLIC KEY', der), certified: false };
}

/** With any certificate: for those that must be refused. */
export function certifiedSigner(privateKey: KeyObject, certificate: Buffer): Signer {
  const pem = pemOf('CERTIFICATE', certificate);
  return { privateKey, der: certificate, pem, certified: true };
}
