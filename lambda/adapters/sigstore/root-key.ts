import { createPublicKey, type KeyObject } from 'node:crypto';
import { PublicKeyDetails as Details } from '@sigstore/protobuf-specs';
import { TrustedRootError } from './trusted-root-error.ts';

/** How a trusted root may describe a log's key, and what the key must then be; other kinds are not supported. */
const KINDS: ReadonlyMap<Details, string> = new Map([
  [Details.PKIX_ECDSA_P256_SHA_256, 'prime256v1'],
  [Details.PKIX_ECDSA_P384_SHA_384, 'secp384r1'],
  [Details.PKIX_ECDSA_P384_SHA_256, 'secp384r1'],
  [Details.PKIX_ECDSA_P521_SHA_512, 'secp521r1'],
  [Details.PKIX_ECDSA_P521_SHA_256, 'secp521r1'],
  [Details.PKIX_ED25519, 'ed25519'],
  [Details.PKCS1_RSA_PKCS1V5, 'rsa'],
  [Details.PKIX_RSA_PKCS1V5, 'rsa'],
  [Details.PKIX_RSA_PKCS1V15_2048_SHA256, 'rsa'],
  [Details.PKIX_RSA_PKCS1V15_3072_SHA256, 'rsa'],
  [Details.PKIX_RSA_PKCS1V15_4096_SHA256, 'rsa'],
]);

/** A key that is not what the root says it is would be used in a way that its owner never meant. */
export function requireKeyAsDescribed(path: string, details: Details, bytes: Uint8Array): void {
  const expected = KINDS.get(details);
  if (expected === undefined) throw new TrustedRootError(`${path} has an unsupported key type`);
  const found = kindOf(keyOf(path, bytes));
  if (found !== expected) {
    throw new TrustedRootError(`${path} has a key of type ${found}, described as ${expected}`);
  }
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  return asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? 'unknown';
}

/** The library reads everything that is described as PKCS #1 v1.5 signing as a bare RSA key. */
function keyOf(path: string, bytes: Uint8Array): KeyObject {
  const key = Buffer.from(bytes);
  try {
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    try {
      return createPublicKey({ key, format: 'der', type: 'pkcs1' });
    } catch (thrown) {
      throw new TrustedRootError(`${path} has a key that cannot be read`, thrown);
    }
  }
}
