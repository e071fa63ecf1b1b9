import type { Digest } from './digest.ts';
import type { PolicyHash } from './policy.ts';
import type { Timestamp } from './time.ts';
import type { Verification } from './verdict.ts';

/** What a hashed manifest says about itself, as far as drift needs it. Built by `manifest.ts`. */
export interface ManifestFacts {
  readonly mediaType: string;
  /** Image manifests by platform (`linux/arm64/v8`, or `unknown` for a single manifest), each with its digest. */
  readonly platforms: Readonly<Record<string, Digest>>;
  /** Attestation manifests that an index carries (`vnd.docker.reference.type`). */
  readonly attestations: readonly Digest[];
  /** Config digests, where they are known. */
  readonly configs: readonly Digest[];
  /** `sha256:<hex>` of the annotations of the index or manifest, in canonical order. */
  readonly annotationsHash: string;
}

/** What is remembered of this digest on this tag from before. */
export interface DigestHistory {
  /** Sequence number of the last event that pointed the tag at it. */
  readonly lastSeq: number;
  readonly everRejected: boolean;
}

export type InconclusiveReason =
  | 'timeout'
  | 'unreachable'
  | 'tls'
  | 'throttled'
  | 'quota'
  | 'server-error'
  | 'bad-token'
  | 'digest-mismatch'
  | 'too-large'
  | 'not-oci'
  | 'protocol'
  | 'state-unread'
  | 'out-of-time';

/** What one check saw of one tag: a digest, or why it saw none. */
export type Observation =
  | {
      readonly kind: 'present';
      readonly at: Timestamp;
      readonly digest: Digest;
      /** A GET's bytes hashed to it; a HEAD alone may only prove "unchanged" or be an unproven baseline. */
      readonly proven: boolean;
      readonly manifest?: ManifestFacts;
      /** Why the proven bytes are no manifest that we accept: told with the move, never a reason to hide it. */
      readonly manifestProblem?: string;
      /** By policy hash; absent for a policy that was not asked for this time. */
      readonly verifications: Readonly<Record<PolicyHash, Verification>>;
      /** Only for a digest that differs from the remembered one. */
      readonly history?: DigestHistory;
    }
  /** An authoritative OCI 404 of a GET with the full Accept. `canary`: another tag or the listing of the repository answered. */
  | {
      readonly kind: 'absent';
      readonly at: Timestamp;
      readonly code: string;
      readonly detail: string;
      readonly canary: 'answered' | 'failed' | 'not-asked';
    }
  | {
      readonly kind: 'denied';
      readonly at: Timestamp;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'inconclusive';
      readonly at: Timestamp;
      readonly reason: InconclusiveReason;
      readonly detail: string;
    };
