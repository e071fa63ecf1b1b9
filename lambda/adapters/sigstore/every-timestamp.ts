import { generateKeyPairSync } from 'node:crypto';
import { type SignedEntity, type TrustMaterial, Verifier } from '@sigstore/verify';
import type { Signed } from './signed.ts';
import type { Way } from './signing-time.ts';

type Material = Omit<TrustMaterial, 'publicKey'>;
type Timestamp = SignedEntity['timestamps'][number];

/**
 * Of several ways to prove the time, those that a trusted authority stamped: each of them has to
 * hold. Whoever picks one good timestamp out of several lets a signature pass that another one
 * disproves.
 *
 * As cosign, of an image only the first timestamp of each authority counts; of a file every one.
 */
export function stampedWays(
  ways: readonly Way[],
  { signature, stamped = signature, ofFile }: Signed,
  material: Material,
): Way[] {
  const seen = new Set<number>();
  return ways.filter((way) => {
    const by = authorityOf(way, stamped, material);
    if (by === undefined || (seen.has(by) && ofFile !== true)) return false;
    seen.add(by);
    return true;
  });
}

/** Which of the trusted authorities stamped this at the time of this way, if one did. */
function authorityOf({ timestamps }: Way, stamped: Buffer, material: Material) {
  const stamp = timestamps.find(({ $case }) => $case === 'timestamp-authority');
  if (stamp === undefined) return undefined;
  const by = material.timestampAuthorities.findIndex((authority) =>
    isStampedBy(stamp, stamped, { ...material, timestampAuthorities: [authority] }),
  );
  return by < 0 ? undefined : by;
}

function isStampedBy(stamp: Timestamp, stamped: Buffer, material: Material): boolean {
  const publicKey = () => ({ publicKey: NO_KEY, validFor: () => true });
  const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 };
  try {
    new Verifier({ ...material, publicKey }, thresholds).verify({
      signature: { signature: stamped, ...ASKED_ELSEWHERE },
      key: { $case: 'public-key', hint: '' },
      tlogEntries: [],
      timestamps: [stamp],
    });
    return true;
  } catch {
    return false;
  }
}

const NO_KEY = generateKeyPairSync('ed25519').publicKey;

/** Only the timestamp is asked about: who signed what has been verified. */
const ASKED_ELSEWHERE = {
  compareSignature: () => false,
  compareDigest: () => false,
  compareSignedDigest: () => false,
  verifySignature: () => true,
};
