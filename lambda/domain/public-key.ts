import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyRule } from './policy.ts';

export type PublicKeyResult =
  | { readonly ok: true; readonly rule: KeyRule }
  /** `problem` is what was found and expected; it never repeats the key. */
  | { readonly ok: false; readonly problem: string };

const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const [SMALLEST_RSA, LARGEST_RSA] = [2_048, 8_192];

const BLOCKS = /-----BEGIN ([A-Z0-9 ]+)-----/g;

/**
 * Pins a public key: the rule holds the key itself, so that nothing that later happens to `source`
 * changes what a policy accepts. ECDSA on P-256, P-384 and P-521, RSA and Ed25519, as cosign
 * verifies.
 */
export function publicKeyRule(
  pem: string,
  source: string,
  digestAlgorithm: KeyRule['digestAlgorithm'] = 'sha256',
): PublicKeyResult {
  const labels = [...pem.matchAll(BLOCKS)].map(([, label]) => label);
  const [label] = labels;
  if (labels.length !== 1 || (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY')) {
    return failure(`${describeBlocks(labels)}, expected one PEM block "PUBLIC KEY"`);
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: pem, format: 'pem' });
  } catch {
    return failure('a PEM block that is not a public key, expected a SubjectPublicKeyInfo');
  }
  const problem = keyTypeProblem(key);
  if (problem !== undefined) return failure(problem);
  const spki = key.export({ type: 'spki', format: 'der' });
  const keyId = `sha256:${createHash('sha256').update(spki).digest('hex')}`;
  return {
    ok: true,
    rule: { kind: 'key', keyId, spki: spki.toString('base64'), source, digestAlgorithm },
  };
}

function keyTypeProblem(key: KeyObject): string | undefined {
  const namedCurve = key.asymmetricKeyDetails?.namedCurve;
  const modulusLength = Number(key.asymmetricKeyDetails?.modulusLength);
  const expected = 'expected ECDSA on P-256, P-384 or P-521, RSA of 2048 to 8192 bits, or Ed25519';
  switch (key.asymmetricKeyType) {
    case 'ec':
      return CURVES.has(namedCurve) ? undefined : `an ECDSA key on ${namedCurve}, ${expected}`;
    case 'rsa':
      return modulusLength >= SMALLEST_RSA && modulusLength <= LARGEST_RSA
        ? undefined
        : `an RSA key of ${modulusLength} bits, ${expected}`;
    // Verifies what was signed as plain Ed25519; cosign's own Ed25519ph signatures fail here as there.
    case 'ed25519':
      return undefined;
    default:
      return `a key of type ${key.asymmetricKeyType}, ${expected}`;
  }
}

function describeBlocks(labels: readonly (string | undefined)[]): string {
  if (labels.length === 0) return 'no PEM block';
  return labels.length === 1 ? `a PEM block "${labels[0]}"` : `${labels.length} PEM blocks`;
}

function failure(problem: string): PublicKeyResult {
  return { ok: false, problem: `found ${problem}` };
}
