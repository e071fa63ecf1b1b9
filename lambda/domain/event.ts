import type { Digest } from './digest.ts';
import type { KeylessRule, KeyRule, Policy, PolicyHash, TrustRootName } from './policy.ts';
import type { Severity } from './severity.ts';
import type { TagState } from './state.ts';
import type { Timestamp } from './time.ts';
import type { Signer, Verdict, VerdictReason } from './verdict.ts';

/** Every kind of event; `type` on the wire is `dev.tagwarden.<kind>.v1`. */
export const EVENT_KINDS = [
  'tag.first-seen',
  'tag.moved',
  'tag.immutable-violated',
  'tag.pin-left',
  'tag.missing',
  'tag.restored',
  'tag.access-lost',
  'tag.access-restored',
  'signature.lost',
  'signature.rejected',
  'signature.gained',
  'signature.signer-changed',
  'signature.unverifiable',
  'watch.failing',
  'watch.recovered',
  'watch.truncated',
  'registry.failing',
  'registry.recovered',
  'policy.changed',
  'trust.changed',
  'baseline.taken',
  'alert.test',
  'tag.acknowledged',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What moved between two digests; none of them lowers a severity below the verdict's. */
export type MoveClass =
  | 'content'
  | 'platforms'
  | 'attestations-only'
  | 'index-metadata-only'
  | 'media-type'
  | 'unknown';

/** One thing that one observation changed. An event carries all of them; its `kind` is the weightiest. */
export interface Change {
  readonly kind: EventKind;
  readonly severity: Severity;
  /** One sentence for a person, without markup. */
  readonly summary: string;
  readonly policy?: PolicyHash;
  readonly moveClasses?: readonly MoveClass[];
  readonly platforms?: {
    readonly changed: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  };
  readonly rollback?: boolean;
  /** Why the bytes that the tag points at are no manifest that we accept: "it …". */
  readonly manifestProblem?: string;
  /** Signed over a day before the newest verified image of this tag. */
  readonly olderSignature?: boolean;
  readonly signersFrom?: readonly Signer[];
  readonly signersTo?: readonly Signer[];
  readonly verdictFrom?: Verdict;
  readonly verdictTo?: Verdict;
  /** `<subject>#<seq>` of the event that this one closes or, where it raises an alarm itself, replaces. */
  readonly resolves?: string;
}

/** A digest as an alert shows it: what was, what is. */
export interface DigestView {
  readonly digest?: Digest;
  readonly verdict?: Verdict;
  readonly reason?: VerdictReason;
  readonly detail?: string;
  readonly signers: readonly Signer[];
  readonly signedAt?: Timestamp;
  /** False when only a header named the digest and no bytes have proved it. */
  readonly proven?: boolean;
  /** The final verdict is told then at the latest. */
  readonly awaitedUntil?: Timestamp;
  /** Where several policies watch the tag: what each says. `verdict` above is the worst of them. */
  readonly verdicts?: readonly {
    readonly policyName: string;
    readonly policy: PolicyHash;
    readonly verdict: Verdict;
    readonly reason?: VerdictReason;
  }[];
}

/** As much of a policy as reproduces a verdict by hand; never anything that was observed. */
export interface PolicyView {
  readonly signedBy: readonly (KeylessRule | Omit<KeyRule, 'spki'>)[];
  /** Predicate types. */
  readonly attestations: readonly string[];
  readonly trustRoot: TrustRootName;
  readonly unsafeIgnoreTransparencyLog: boolean;
  readonly useSignedTimestamps: boolean;
  readonly format: Policy['format'];
  readonly annotations: Policy['annotations'];
}

/** Snapshot of a watch at the time of the event. */
export interface WatchView {
  readonly id: string;
  readonly policyName: string;
  readonly policy: PolicyHash;
  readonly immutable: boolean;
  readonly labels: readonly string[];
  /** Where the tag must point, if the watch says so. */
  readonly pin?: Digest;
  /** Absent when no signature is required. */
  readonly requires?: PolicyView;
}

/**
 * One immutable record of one decision, numbered per subject, never rewritten. `subject` is a tag
 * key, or `registry:<host>`, `baseline:<apply id>`, `test:<id>` for what is not about one tag.
 */
export interface EventRecord {
  readonly v: 1;
  readonly subject: string;
  readonly seq: number;
  /** Monotonic per subject. */
  readonly at: Timestamp;
  /** Made before the put; finding one's own id in the log means one's own commit succeeded. */
  readonly commitId: string;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly state: 'open' | 'closed' | 'note';
  readonly resolves?: string;
  readonly changes: readonly Change[];
  /** False for what is recorded but not told (a verified baseline). */
  readonly alert: boolean;
  readonly registry?: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly was?: DigestView;
  readonly now?: DigestView;
  /** When the old digest was last seen in place: with `at` the bound on when it happened. */
  readonly lastUnchanged?: Timestamp;
  readonly lastVerified?: Digest;
  readonly watches: readonly WatchView[];
  /** Digests to record as sightings: index, platform manifests and configs that the tag now points at. */
  readonly sightings: readonly {
    readonly digest: Digest;
    readonly role: 'index' | 'manifest' | 'platform' | 'config';
    readonly platform?: string;
  }[];
  /** Free data of kinds that are not about one tag (baseline lists, truncated tags). */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The whole next state; absent for events that are not about one tag. */
  readonly after?: TagState;
}

/** `<subject>#<seq>`: for people and for `resolves`; machines put the store's id in front. */
export function eventIdOf(event: { subject: string; seq: number }): string {
  return `${event.subject}#${event.seq}`;
}

/** What drift decides: nothing, a state to remember without an event, or one event with its state. */
export type Decision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'remember'; readonly state: TagState }
  | {
      readonly kind: 'commit';
      readonly event: Omit<EventRecord, 'commitId'> & { readonly after: TagState };
    };
