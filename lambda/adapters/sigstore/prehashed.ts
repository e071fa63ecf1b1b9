import { constants, type KeyObject, publicDecrypt } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { HashName } from './signed-content.ts';

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };

/** DigestInfo of PKCS #1 v1.5 (RFC 8017, section 9.2, note 1) before the digest itself. */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/**
 * Whether a signature is over the message with this digest. Node hashes by itself and takes no
 * digest; this is for who has a file's digest and not the file. Ed25519 signs no digest, as cosign
 * says too.
 */
export function verifyDigest(
  key: KeyObject,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (key.asymmetricKeyType === 'rsa') return verifyRsa(key, hash, digest, signature);
    return key.asymmetricKeyType === 'ec' && verifyEcdsa(key, digest, signature);
  } catch {
    return false;
  }
}

function verifyEcdsa(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const name = key.asymmetricKeyDetails?.namedCurve ?? '';
  const curve = Object.hasOwn(CURVES, name) ? CURVES[name as keyof typeof CURVES] : undefined;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  if (curve === undefined) return false;
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ]);
  // `lowS`: Go and OpenSSL take both halves, and so must this.
  const options = { prehash: false, lowS: false, format: 'der' } as const;
  return curve.verify(signature, digest, point, options);
}

function verifyRsa(
  key: KeyObject,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const found = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
  return found.equals(Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]));
}
