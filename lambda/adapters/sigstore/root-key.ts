import type { KeyObject } from 'node:crypto';
import { PublicKeyDetails as Details } from '@sigstore/protobuf-specs';
import { messageOf } from '../../domain/errors.ts';
import { TrustedRootError } from './trusted-root-error.ts';
import { readKey, readPkcs1Key } from './x509.ts';

/** How a trusted root may describe a log's key, and what the key must then be: what cosign knows, too. */
const KINDS: ReadonlyMap<Details, string> = new Map([
  [Details.PKIX_ECDSA_P256_SHA_256, 'prime256v1'],
  [Details.PKIX_ECDSA_P384_SHA_384, 'secp384r1'],
  [Details.PKIX_ECDSA_P521_SHA_512, 'secp521r1'],
  [Details.PKIX_ED25519, 'ed25519'],
  [Details.PKCS1_RSA_PKCS1V5, 'rsa'],
]);

/** A key that is not what the root says it is would be used in a way that its owner never meant. */
export function requireKeyAsDescribed(path: string, details: Details, bytes: Buffer): void {
  const expected = KINDS.get(details);
  if (expected === undefined) throw new TrustedRootError(`${path} has an unsupported key type`);
  const found = kindOf(keyOf(path, bytes, expected));
  if (found !== expected) {
    throw new TrustedRootError(`${path} has a key of type ${found}, described as ${expected}`);
  }
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  return asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? 'unknown';
}

/** In the one encoding that goes with the description. */
function keyOf(path: string, bytes: Buffer, expected: string): KeyObject {
  try {
    return expected === 'rsa' ? readPkcs1Key(bytes) : readKey(bytes);
  } catch (thrown) {
    throw new TrustedRootError(
      `${path} has a key that cannot be read: ${messageOf(thrown)}`,
      thrown,
    );
  }
}
