import type { Digest } from './digest.ts';
import type { PolicyHash } from './policy.ts';
import type { TagKey } from './reference.ts';
import type { Severity } from './severity.ts';
import type { Duration, Timestamp } from './time.ts';
import type { Signer, Verdict, VerdictReason } from './verdict.ts';

/** The part of a verification that is remembered; it belongs to (digest, policy hash). */
export interface VerdictRecord {
  readonly verdict: Verdict;
  readonly reason?: VerdictReason;
  readonly detail?: string;
  readonly at: Timestamp;
  readonly signers: readonly Signer[];
  readonly signedAt?: Timestamp;
  readonly fingerprint?: string;
  readonly trustRootHash?: string;
  readonly verifier?: string;
  /** The referrers API listed the signatures: without it, their absence is not proven. */
  readonly referrers?: 'api';
}

/** A verdict that people are not told of yet: it belongs to (tag, digest) and never restarts. */
export interface Grace {
  readonly digest: Digest;
  readonly policy: PolicyHash;
  readonly until: Timestamp;
  readonly length: Duration;
  /** What opened it. `policy.changed` and `signature.lost` open quietly: nobody was told yet. */
  readonly kind: 'tag.moved' | 'tag.first-seen' | 'policy.changed' | 'signature.lost';
  /** The event that opened it (the move or the baseline), or the last one before a quiet opening. */
  readonly seq: number;
  /** Severity of that event: what closes it carries the same. */
  readonly severity: Severity;
  /** A signature was seen on this digest, so what is awaited is the confirmation of its loss. */
  readonly losing?: {
    readonly count: number;
    readonly firstAt: Timestamp;
    readonly lastAt: Timestamp;
  };
}

/** Confirmations on the way to "missing" or "access lost" (facts on registries, section 6). */
export interface Suspicion {
  readonly kind: 'missing' | 'denied';
  readonly count: number;
  /** Answers of either kind since the tag was last read. */
  readonly unread: number;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
}

/** Compact fingerprint of a manifest (16 hex digits per platform) that explains the next change. */
export interface ManifestPrint {
  readonly mediaType: string;
  readonly platforms: Readonly<Record<string, string>>;
  readonly attestations: string;
  readonly annotations: string;
}

export type Alarm =
  | 'tag.missing'
  | 'tag.access-lost'
  | 'tag.immutable-violated'
  | 'tag.pin-left'
  | 'watch.failing'
  | 'signature.unsigned'
  | 'signature.rejected'
  | 'signature.lost'
  | 'signature.unverifiable';

/** The event that raised an alarm, and the kind under which its verdict is followed up. */
export interface OpenAlarm {
  readonly seq: number;
  readonly severity: Severity;
  readonly kind?: Grace['kind'];
}

/** What is remembered of one tag; at most 2 KB as an item. */
export interface TagState {
  readonly v: 1;
  readonly tagKey: TagKey;
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** Number of the last event that this state contains. */
  readonly seq: number;
  /** Grows with every write of the item, also with those that no event explains. */
  readonly rev: number;
  /** When the last event was decided; monotonic per tag. */
  readonly at: Timestamp;
  readonly presence: 'unknown' | 'present' | 'missing' | 'access-lost';
  /** The last digest that was seen; kept while missing. */
  readonly digest?: Digest;
  /** False for a baseline that stands on a HEAD alone. */
  readonly proven: boolean;
  /** Since when the tag points at `digest`, as far as was seen, and the event that said so. */
  readonly since?: Timestamp;
  readonly sinceSeq?: number;
  readonly manifest?: ManifestPrint;
  /** About `digest`. */
  readonly verdicts: Readonly<Record<PolicyHash, VerdictRecord>>;
  /** The last digest of this tag that was verified, by policy hash. */
  readonly lastVerified?: Readonly<
    Record<
      PolicyHash,
      {
        readonly digest: Digest;
        readonly at: Timestamp;
        readonly signedAt?: Timestamp;
        readonly signers: readonly Signer[];
        /** The newest proven signing time of any verified digest of this tag: an older one is a step back. */
        readonly newest?: Timestamp;
      }
    >
  >;
  /** Up to 8 digests this tag pointed at before, newest first. */
  readonly recent: readonly {
    readonly digest: Digest;
    readonly seq: number;
    readonly rejected?: true;
  }[];
  readonly grace: readonly Grace[];
  readonly suspicion?: Suspicion;
  /** Since when no check has succeeded, and the last reason. */
  readonly failing?: {
    readonly since: Timestamp;
    readonly reason: string;
    readonly detail: string;
    /** The last check that succeeded, where that is known. */
    readonly lastSuccess?: Timestamp;
  };
  /** When `digest` was last seen in place, while that is not now: absent, denied or not answered. */
  readonly lastInPlace?: Timestamp;
  /** Open alarms, by the event that raised them: a closing event resolves it. */
  readonly open: Readonly<Partial<Record<Alarm, OpenAlarm>>>;
  /** Somebody said that `digest` is fine here, and the event in which he did. */
  readonly acknowledged?: { readonly digest: Digest; readonly seq: number; readonly at: Timestamp };
  /** Where an immutable tag was when it was first seen as one, or where it was acknowledged. */
  readonly pinnedTo?: Digest;
  /** Ids of the watches and their labels as of the last event. */
  readonly watches: readonly string[];
  readonly labels: readonly string[];
  /** When what is pending must be looked at again; present makes the tag `pending`. */
  readonly nextCheckAt?: Timestamp;
}
