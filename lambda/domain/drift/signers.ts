import type { PolicyHash } from '../policy.ts';
import type { TagState, VerdictRecord } from '../state.ts';
import type { Draft } from './draft.ts';
import type { PresentObservation } from './input.ts';
import { areDisjoint } from './judge.ts';

/**
 * Tells when nobody of those who signed the last verified digest signed this one, after a look that
 * saw everybody who did. Never part of the verdict.
 */
export function compareSigners(draft: Draft, seen: PresentObservation): void {
  for (const [policy, record] of verifiedOf(draft.next)) {
    if (!sawAllSigners(seen, policy)) continue;
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
export function rememberVerified({ next, before, at }: Draft, seen: PresentObservation): void {
  const { digest } = seen;
  const kept = Object.entries(before.lastVerified ?? {}).filter(
    ([policy]) => policy in next.verdicts,
  );
  const verified = verifiedOf(next).map(([policy, { signers: matching, signedAt }]) => {
    const known = before.lastVerified?.[policy];
    // Whoever hides a signature from one look must not choose whom the next is compared with.
    const signers = known === undefined || sawAllSigners(seen, policy) ? matching : known.signers;
    const newest = [known?.newest ?? '', signedAt ?? ''].sort().at(-1);
    const seenAt = known?.digest === digest ? known.at : at;
    const times = { ...(signedAt && { signedAt }), ...(newest && { newest }) };
    return [policy, { digest, at: seenAt, signers, ...times }] as const;
  });
  if (kept.length + verified.length === 0) delete next.lastVerified;
  else next.lastVerified = Object.fromEntries([...kept, ...verified]);
}

function sawAllSigners({ verifications }: PresentObservation, policy: PolicyHash): boolean {
  const found = verifications[policy];
  return found?.verdict === 'verified' && found.complete !== false;
}

function verifiedOf({ verdicts }: Pick<TagState, 'verdicts'>): [PolicyHash, VerdictRecord][] {
  return Object.entries(verdicts).filter(([, record]) => record.verdict === 'verified');
}
