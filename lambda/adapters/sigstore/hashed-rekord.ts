import type { KeyObject } from 'node:crypto';
import { Refusal } from './refusal.ts';
import { type Signed, signedDigest } from './signed.ts';

/** Whose signature a log entry must have recorded. */
export interface RecordedKey {
  /** DER of the certificate, or of the SubjectPublicKeyInfo. */
  readonly der: Buffer;
  readonly key: KeyObject;
  readonly isCertificate: boolean;
}

interface Algorithm {
  readonly details: string;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

/** What Rekor v2 calls a key, and the hash that goes with it (sigstore-go, default algorithms). */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm {
  const { namedCurve, modulusLength } = asymmetricKeyDetails ?? {};
  switch (asymmetricKeyType === 'rsa' ? modulusLength : namedCurve) {
    case 'prime256v1':
      return { details: 'PKIX_ECDSA_P256_SHA_256', hash: 'sha256' };
    case 'secp384r1':
      return { details: 'PKIX_ECDSA_P384_SHA_384', hash: 'sha384' };
    case 'secp521r1':
      return { details: 'PKIX_ECDSA_P521_SHA_512', hash: 'sha512' };
    case 2048:
    case 3072:
    case 4096:
      return { details: `PKIX_RSA_PKCS1V15_${modulusLength}_SHA256`, hash: 'sha256' };
    default:
      throw new Refusal(`rekor v2 has no entries for keys of type ${asymmetricKeyType}`);
  }
}

/**
 * G2 for Rekor v2 (`hashedrekord 0.0.2`): the entry must be the one that this signature makes, byte
 * for byte. cosign rebuilds it, too, and proves that one to be in the log, whatever the bundle says.
 *
 * @throws {Refusal}
 */
export function requireHashedRekord(body: Buffer, signed: Signed, recorded: RecordedKey): void {
  const { details, hash } = algorithmOf(recorded.key);
  const digest = signedDigest(signed.content, hash)?.toString('base64');
  const rawBytes = recorded.der.toString('base64');
  const holder = recorded.isCertificate ? 'x509Certificate' : 'publicKey';
  // Canonical JSON (RFC 8785): the members are in order, the texts need no escapes.
  const expected = JSON.stringify({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: `SHA2_${hash.slice('sha'.length)}`, digest },
        signature: {
          content: signed.signature.toString('base64'),
          verifier: { keyDetails: details, [holder]: { rawBytes } },
        },
      },
    },
  });
  if (digest === undefined || !body.equals(Buffer.from(expected))) {
    throw new Refusal('log entry records another key, certificate or signature than this one');
  }
}
