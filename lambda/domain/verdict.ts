import type { Digest } from './digest.ts';
import type { PolicyHash, TrustRootName } from './policy.ts';
import type { Timestamp } from './time.ts';

export type Verdict = 'verified' | 'unsigned' | 'rejected' | 'inconclusive' | 'not-required';

/**
 * What one candidate signature says under one policy. `match`: an acceptable signer, everything
 * holds. `broken`: claims an acceptable signer, and fails. `other`: a different signer or
 * authority. `unfetched`: it was listed and could not be read.
 */
export type CandidateOutcome = 'match' | 'broken' | 'other' | 'unfetched';

export interface Candidate {
  readonly outcome: CandidateOutcome;
  readonly kind: 'keyless' | 'key';
  readonly format: 'bundle' | 'legacy';
  /** The manifest that carries it. */
  readonly manifest?: Digest;
  readonly identity?: string;
  readonly issuer?: string;
  readonly keyId?: string;
  readonly logIndex?: string;
  /** When it was signed, as proven by the log or a time-stamping authority; never by the signer. */
  readonly signedAt?: Timestamp;
  readonly predicateType?: string;
  /** Why it is not a `match`: seen against wanted, in full. */
  readonly problem?: string;
}

/** A signer, for comparing two digests of one tag (design, "Verdicts"). */
export interface Signer {
  /** Equal for what counts as the same signer. */
  readonly id: string;
  /** For people: the full identity, or `key sha256:…`. */
  readonly label: string;
  readonly issuer?: string;
}

export type FindingCode =
  | 'attestation-as-signature'
  | 'shadowed-legacy-signature'
  | 'unanchored-pattern'
  | 'key-without-transparency-log'
  | 'match-on-later-page'
  | 'trust-root-stale';

/** Something a person should know beside the verdict; it never changes it. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
}

export type VerdictReason =
  | 'no-signature'
  | 'attestation-only'
  | 'other-signer'
  | 'broken-signature'
  | 'attestation-missing'
  | 'attestation-rejected'
  | 'discovery-incomplete'
  | 'candidate-unfetched'
  | 'trust-root-unavailable'
  | 'trust-root-outdated'
  | 'verifier-failed'
  | 'not-verified-yet'
  | 'awaiting-signature';

/** How attached signatures were listed: by the referrers API, by the fallback tag, or neither was there. */
export type ReferrersBy = 'api' | 'tag' | 'none';

/** Everything one verification found about (digest, policy). */
export interface Verification {
  readonly policy: PolicyHash;
  readonly verdict: Verdict;
  readonly reason?: VerdictReason;
  /** One line for a person: what was found and what was wanted. */
  readonly detail?: string;
  /** The exit code of `cosign verify` on the same path: 0, 1, 10, 11 or 12. */
  readonly cosignExit: number;
  /** The matching signers. */
  readonly signers: readonly Signer[];
  /** False when there may be signers that were not seen: a list or a signature could not be read. */
  readonly complete?: boolean;
  readonly candidates: readonly Candidate[];
  readonly findings: readonly Finding[];
  /** The newest proven signing time among the matches. */
  readonly signedAt?: Timestamp;
  /**
   * How signatures of this tag are listed, as far as is known: an API that answered once counts
   * until a signature is found without it. Absent when nothing was listed.
   */
  readonly referrers?: ReferrersBy;
  /** `sha256:<hex>` over the discovered signature bytes: unchanged bytes, changed verdict = policy or trust changed. */
  readonly fingerprint: string;
  readonly trustRoot: TrustRootName;
  /** `sha256:<hex>` of the trusted root that was used. */
  readonly trustRootHash: string;
  /** Version of our rules plus that of the library. */
  readonly verifier: string;
}
