import type { PolicyHash } from '../policy.ts';
import type { VerdictRecord } from '../state.ts';
import type { Draft } from './draft.ts';
import { areDisjoint } from './judge.ts';

/** Tells when nobody of those who signed the last verified digest signed this one. Never part of the verdict. */
export function compareSigners(draft: Draft): void {
  for (const [policy, record] of verifiedOf(draft)) {
    const signersFrom = draft.before.lastVerified?.[policy]?.signers ?? [];
    if (!areDisjoint(signersFrom, record.signers)) continue;
    draft.change({
      kind: 'signature.signer-changed',
      severity: 'high',
      summary: 'is signed by nobody who signed the last verified image',
      policy,
      signersFrom,
      signersTo: record.signers,
    });
  }
}

/** Keeps what the next signer is compared with, and what to go back to when an image is bad. */
export function rememberVerified(
  { next, before, at }: Draft,
  verified = verifiedOf({ next }),
): void {
  const { digest } = next;
  if (digest === undefined) return;
  for (const [policy, { signers, signedAt }] of verified) {
    const known = before.lastVerified?.[policy];
    const newest = [known?.newest ?? '', signedAt ?? ''].sort().at(-1);
    next.lastVerified = {
      ...next.lastVerified,
      [policy]: {
        digest,
        at,
        signers,
        ...(signedAt === undefined ? {} : { signedAt }),
        ...(newest ? { newest } : {}),
      },
    };
  }
}

function verifiedOf({ next }: Pick<Draft, 'next'>): [PolicyHash, VerdictRecord][] {
  return Object.entries(next.verdicts).filter(([, record]) => record.verdict === 'verified');
}
