import type { CandidateOutcome, Verdict, VerdictReason } from './verdict.ts';

/** How one attestation rule of a policy fared: `unknown` when something that might meet it was not read. */
export type AttestationOutcome = 'met' | 'missing' | 'rejected' | 'unknown';

/** All that a verdict follows from; who and why is evidence for people. */
export interface VerdictEvidence {
  /** Every place where cosign keeps signatures answered, to the last page. */
  readonly discoveryComplete: boolean;
  /** One per candidate signature. */
  readonly outcomes: readonly CandidateOutcome[];
  /** Attestations were found that do not count as the signature. */
  readonly attestationsOnly: boolean;
  /** One per attestation rule of the policy. */
  readonly attestations: readonly AttestationOutcome[];
  /** Some candidate leans on an authority that a trusted root which is too old may lack. */
  readonly undecided?: boolean;
}

export interface DerivedVerdict {
  readonly verdict: Exclude<Verdict, 'not-required'>;
  readonly reason?: VerdictReason;
}

/**
 * The verdict (design, "Verdicts"). Total, and `verified` only where a signature matches and every
 * attestation rule is met; `unsigned` only where absence was proven.
 */
export function deriveVerdict(evidence: VerdictEvidence): DerivedVerdict {
  const { outcomes, discoveryComplete, attestationsOnly } = evidence;
  if (outcomes.includes('match')) return deriveFromAttestations(evidence.attestations);
  if (outcomes.includes('unfetched')) return inconclusive('candidate-unfetched');
  if (!discoveryComplete) return inconclusive('discovery-incomplete');
  if (evidence.undecided === true) return inconclusive('trust-root-outdated');
  if (outcomes.includes('broken')) return { verdict: 'rejected', reason: 'broken-signature' };
  if (outcomes.includes('other')) return { verdict: 'rejected', reason: 'other-signer' };
  return { verdict: 'unsigned', reason: attestationsOnly ? 'attestation-only' : 'no-signature' };
}

/**
 * What the policy wants attested and nobody attested is as unsigned as an image without signature:
 * it may still come, so it has the same grace.
 */
function deriveFromAttestations(attestations: readonly AttestationOutcome[]): DerivedVerdict {
  if (attestations.every((outcome) => outcome === 'met')) return { verdict: 'verified' };
  if (attestations.includes('unknown')) return inconclusive('discovery-incomplete');
  if (attestations.includes('rejected')) {
    return { verdict: 'rejected', reason: 'attestation-rejected' };
  }
  return { verdict: 'unsigned', reason: 'attestation-missing' };
}

/** What follows for one type of attestation, when that is all that was asked for. */
export interface AttestedEvidence {
  readonly discoveryComplete: boolean;
  /** One per attestation that is, or may be, of the type; a `match` is the attestation. */
  readonly outcomes: readonly CandidateOutcome[];
  /** cosign would give up on the image, whatever else it holds. */
  readonly aborted: boolean;
  /** As in {@link VerdictEvidence}. */
  readonly undecided?: boolean;
}

/** As {@link deriveVerdict}: total, and `verified` only where the attestation is there. */
export function deriveAttested({
  discoveryComplete,
  outcomes,
  aborted,
  undecided,
}: AttestedEvidence): DerivedVerdict {
  if (aborted) return { verdict: 'rejected', reason: 'attestation-rejected' };
  if (outcomes.includes('match')) return { verdict: 'verified' };
  if (outcomes.includes('unfetched')) return inconclusive('candidate-unfetched');
  if (!discoveryComplete) return inconclusive('discovery-incomplete');
  if (undecided === true) return inconclusive('trust-root-outdated');
  if (outcomes.includes('broken')) return { verdict: 'rejected', reason: 'attestation-rejected' };
  if (outcomes.includes('other')) return { verdict: 'rejected', reason: 'other-signer' };
  return { verdict: 'unsigned', reason: 'attestation-missing' };
}

function inconclusive(reason: VerdictReason): DerivedVerdict {
  return { verdict: 'inconclusive', reason };
}
