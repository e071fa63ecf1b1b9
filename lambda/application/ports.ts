/** What the use cases need from outside, one interface per capability. Adapters implement them. */
import type { AlertMessage } from '../domain/alert/message.ts';
import type { Digest } from '../domain/digest.ts';
import type { EventRecord } from '../domain/event.ts';
import type { InconclusiveReason } from '../domain/observation.ts';
import type { Policy, PolicyHash, TrustRootName } from '../domain/policy.ts';
import type { RepositoryKey, TagKey } from '../domain/reference.ts';
import type { TagState } from '../domain/state.ts';
import type { Duration, Timestamp } from '../domain/time.ts';
import type { Verification } from '../domain/verdict.ts';
import type { Interval, LaneId, RegistrySettings, Unit, Watch } from '../domain/watch.ts';

export interface Clock {
  now(): Timestamp;
  /** Resolves after that much of this clock's time, or rejects with the signal's reason. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

/** Structured, secret-free; one line per call. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface IdSource {
  /** Unguessable and unique. */
  newId(): string;
}

// ---------------------------------------------------------------- registry

/** `404` with an OCI error body (`oci`) or without one: only the former may count towards "missing". */
export interface Missing {
  readonly kind: 'missing';
  readonly oci: boolean;
  readonly code: string;
  readonly detail: string;
}

/** 401 or 403 after authentication was tried: deleted, made private, or never ours. */
export interface Denied {
  readonly kind: 'denied';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export interface FoundDigest {
  readonly kind: 'found';
  /** Absent when the registry sent no usable `Docker-Content-Digest`: only a GET can tell. A claim, not a proof. */
  readonly digest?: Digest;
  readonly mediaType?: string;
}

export interface FoundManifest {
  readonly kind: 'found';
  /** Computed from `bytes`; equal to the requested digest where one was requested. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface FoundBlob {
  readonly kind: 'found';
  readonly bytes: Uint8Array;
}

export interface RepositoryRef {
  readonly registry: string;
  readonly repository: string;
}

/** The tags of a repository; `complete` is false when a cap or a broken page ended the listing. */
export interface TagListing {
  readonly kind: 'found';
  readonly tags: readonly string[];
  readonly complete: boolean;
}

/** Descriptors are hints from the listing: their annotations and artifact types are not to be believed. */
export interface ReferrerDescriptor {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `via: 'tag'` is the fallback tag of a registry without the referrers API (distribution-spec 1.1). */
export interface ReferrerListing {
  readonly kind: 'found';
  readonly via: 'api' | 'tag' | 'none';
  readonly referrers: readonly ReferrerDescriptor[];
  /** Every page was read, or absence was proven by an OCI 404 on the fallback tag. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problem?: string;
  /** How many of `referrers` came from the first page. */
  readonly firstPage: number;
}

/**
 * Expected answers are values; everything that could not be found out is thrown as a
 * {@link RegistryFailure} with its reason.
 */
export interface Registry {
  headManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundDigest | Missing | Denied>;
  getManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundManifest | Missing | Denied>;
  /** `limit` is in bytes; a blob that is longer, or does not hash to its digest, is a failure. */
  getBlob(
    repository: RepositoryRef,
    digest: Digest,
    limit: number,
    signal?: AbortSignal,
  ): Promise<FoundBlob | Missing | Denied>;
  listTags(repository: RepositoryRef, signal?: AbortSignal): Promise<TagListing | Missing | Denied>;
  listReferrers(
    repository: RepositoryRef,
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<ReferrerListing | Denied>;
}

/** What every registry error offers, whatever its class: why nothing could be found out. */
export interface RegistryFailure extends Error {
  readonly reason: InconclusiveReason;
  readonly temporary: boolean;
  /** Present on `throttled`: not before this much time has passed. */
  readonly retryAfter?: Duration;
}

// ---------------------------------------------------------------- verification

export interface Verifier {
  /** Never throws: what cannot be done is `inconclusive` or `rejected`, with its reason. */
  verify(
    repository: RepositoryRef,
    digest: Digest,
    policy: Policy,
    policyHash: PolicyHash,
    signal?: AbortSignal,
  ): Promise<Verification>;
  /** Hash of the trusted root that `verify` would use now; undefined when it has none. */
  trustRootHash(name: TrustRootName): Promise<string | undefined>;
}

export interface TrustRoots {
  /** The bytes of a `trusted_root.json`. */
  read(name: TrustRootName): Promise<Uint8Array | undefined>;
}

// ---------------------------------------------------------------- store

export type StateRead =
  | { readonly kind: 'found'; readonly state: TagState }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unread'; readonly detail: string };

export interface StateStore {
  /** Up to 100 keys in one BatchGet; what stays unprocessed after retries is `unread`, never `absent`. */
  readMany(keys: readonly TagKey[]): Promise<ReadonlyMap<TagKey, StateRead>>;
  /** Strongly consistent. */
  read(key: TagKey): Promise<StateRead>;
  /** Writes a state that no event explains, on the condition that nobody wrote in between. */
  remember(
    state: TagState,
    expected: { seq: number; rev: number } | 'absent',
  ): Promise<'done' | 'conflict'>;
  ofRepository(repository: RepositoryKey): AsyncIterable<TagState>;
  /** Tags whose `nextCheckAt` has passed: a hint from the sparse index, each verified against its item. */
  pending(now: Timestamp): AsyncIterable<TagState>;
}

/** An event that still has its outbox mark. */
export interface MarkedEvent {
  readonly event: EventRecord;
  readonly attempts: number;
  readonly deliverAfter: Timestamp;
}

export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'collision'; readonly winner: EventRecord };

export interface EventStore {
  /** One conditional put: the event with its next state and its outbox mark, if its number is free. One's own commit id found there is `committed`. */
  commit(event: EventRecord): Promise<CommitResult>;
  /** Puts the state item (if it is older) and the sightings: idempotent, anyone may finish it. */
  project(event: EventRecord): Promise<void>;
  get(subject: string, seq: number): Promise<EventRecord | undefined>;
  /** Newest first. */
  history(
    subject: string,
    query: { before?: number; until?: Timestamp; limit: number },
  ): Promise<readonly EventRecord[]>;
  /** Newest first, across all subjects. */
  feed(query: { since: Timestamp; until: Timestamp }): AsyncIterable<EventRecord>;
  /** Marked events that are due, oldest first; from the sparse index, each verified against its item. */
  due(now: Timestamp, limit: number): Promise<readonly MarkedEvent[]>;
  /** All marked events of a subject, in order of their numbers, read consistently. */
  marked(subject: string): Promise<readonly MarkedEvent[]>;
  /** Removes the mark: the alert was delivered, or there was none to deliver. */
  unmark(subject: string, seq: number): Promise<void>;
  /** Keeps the mark for a later attempt. */
  defer(subject: string, seq: number, attempts: number, deliverAfter: Timestamp): Promise<void>;
  /** The publisher refused it for good: out of the outbox, kept on the item for the alarm and the operator. */
  setAside(subject: string, seq: number, why: string): Promise<void>;
}

export interface Sighting {
  readonly digest: Digest;
  readonly tagKey: TagKey;
  readonly seq: number;
  readonly at: Timestamp;
  readonly role: 'index' | 'manifest' | 'platform' | 'config';
  readonly platform?: string;
  /** The digest that the tag itself pointed at. */
  readonly tagDigest: Digest;
  readonly rejected: boolean;
}

export interface SightingStore {
  where(digest: Digest): AsyncIterable<Sighting>;
  /** Newest first. */
  of(digest: Digest, tagKey: TagKey): Promise<readonly Sighting[]>;
}

export interface WatchStore {
  watches(): AsyncIterable<Watch>;
  putWatches(watches: readonly Watch[]): Promise<void>;
  removeWatches(ids: readonly string[]): Promise<void>;
  putPolicies(policies: ReadonlyMap<PolicyHash, Policy>): Promise<void>;
  policies(hashes: readonly PolicyHash[]): Promise<ReadonlyMap<PolicyHash, Policy>>;
  putRegistries(registries: readonly RegistrySettings[]): Promise<void>;
  registries(): Promise<readonly RegistrySettings[]>;
  units(): AsyncIterable<Unit>;
  putUnits(units: readonly Unit[]): Promise<void>;
  removeUnits(units: readonly Unit[]): Promise<void>;
  /** Units of one lane and interval whose slot is in `[from, to]`, in key order, after `startAfter`. */
  unitsBySlot(
    lane: LaneId,
    every: Interval,
    from: number,
    to: number,
    startAfter?: string,
  ): AsyncIterable<Unit>;
}

export interface Lane {
  readonly v: 1;
  readonly id: LaneId;
  /** Due slots up to this minute were sent. */
  readonly through: Timestamp;
  readonly round: number;
  /** When a round that was sent and has not ended counts as lost; absent while it is only claimed. */
  readonly leaseUntil?: Timestamp;
  readonly roundEnded: boolean;
  /** A throttled registry asked for silence until then. */
  readonly notBefore?: Timestamp;
  readonly rev: number;
  /** Intervals that its units have, so that dispatch asks for no others. */
  readonly intervals: readonly Interval[];
  /** The window that is being sent, in one round or several; absent when all of it was sent and worked. */
  readonly window?: LaneWindow;
  /** Applies whose units are due at once. */
  readonly fresh?: readonly FreshUnits[];
  /** The open `watch.failing` event of this lane, by its number. */
  readonly behind?: number;
}

/** Slots in `(from, to]` and units of these applies; kept until their round has ended, so that a lost round is sent again. */
export interface LaneWindow {
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly applies: readonly string[];
  /** After which a round that reached its size goes on: `<every>/<sort key of a unit>`. */
  readonly resumeAt?: string;
  /** False until the last unit of the window was sent. */
  readonly sent: boolean;
}

/** The units of a lane that one apply wrote; kept until its `baseline.taken` is committed. */
export interface FreshUnits {
  readonly applyId: string;
  readonly at: Timestamp;
  readonly units: number;
  readonly sent: boolean;
}

export interface LaneStore {
  lanes(): Promise<readonly LaneId[]>;
  read(lane: LaneId): Promise<Lane | undefined>;
  /** On the condition that `rev` is still the one that was read (absent when there was none). */
  write(lane: Lane, expectedRev: number | 'absent'): Promise<'done' | 'conflict'>;
}

/** Totals of one job or one run. */
export interface Totals {
  readonly checked: number;
  readonly unchanged: number;
  readonly firstSeen: number;
  readonly moved: number;
  readonly events: number;
  readonly missing: number;
  readonly denied: number;
  readonly inconclusive: Readonly<Record<string, number>>;
  readonly verified: number;
  readonly unsigned: number;
  readonly rejected: number;
  /** Tags of jobs that were too old to be worth doing. */
  readonly dropped: number;
}

export interface Receipt {
  readonly v: 1;
  readonly tick: Timestamp;
  readonly job: string;
  readonly offset: number;
  readonly lane: LaneId;
  readonly unit: string;
  readonly at: Timestamp;
  readonly totals: Totals;
  /** Jobs that this one sent (its rest, or the tags of a filter): the run is complete when they have receipts too. */
  readonly spawned: number;
  /** Covers all tags of its unit; a pending tag's job or the part of a job that ran out of time does not. */
  readonly whole: boolean;
  /** Of a baseline job: what `baseline.taken` lists. */
  readonly baseline?: {
    readonly applyId: string;
    readonly lists: Readonly<Record<string, readonly string[]>>;
  };
}

export interface Run {
  readonly v: 1;
  readonly tick: Timestamp;
  /** 0 until all were sent. */
  readonly jobs: number;
  readonly receipts: number;
  readonly startedAt: Timestamp;
  readonly finishedAt?: Timestamp;
  readonly totals: Totals;
}

export interface RunStore {
  /** Put if absent: the same job delivered twice is counted once. */
  putReceipt(receipt: Receipt): Promise<void>;
  receipts(tick: Timestamp): AsyncIterable<Receipt>;
  baselineReceipts(applyId: string): AsyncIterable<Receipt>;
  putRun(run: Run): Promise<void>;
  /** Newest first. */
  runs(since: Timestamp): AsyncIterable<Run>;
}

export interface TrustStore extends TrustRoots {
  /** Versions only rise. */
  put(name: TrustRootName, version: number, bytes: Uint8Array): Promise<void>;
}

// ---------------------------------------------------------------- queue

/** One message of the FIFO queue; `group` is the lane. */
export interface JobMessage {
  readonly group: LaneId;
  /** `<lane>/<round>/<unit>`: the same one within five minutes is dropped. */
  readonly deduplicationId: string;
  readonly body: Job;
}

export type Job = CheckJob | EndOfRound;

export interface CheckJob {
  readonly v: 1;
  readonly kind: 'check';
  readonly id: string;
  readonly tick: Timestamp;
  /** What waited too long is not done any more. */
  readonly sentAt: Timestamp;
  readonly offset: number;
  readonly unit: Unit;
  /** Present when this is the first check of a unit that apply wrote. */
  readonly applyId?: string;
  /** Part of a unit: tags that are pending, or that a filter chose. */
  readonly partial?: true;
}

/** The last message of a round: when it is handled, the lane may be filled again. */
export interface EndOfRound {
  readonly v: 1;
  readonly kind: 'end-of-round';
  readonly lane: LaneId;
  readonly round: number;
  readonly tick: Timestamp;
}

export interface JobQueue {
  send(messages: readonly JobMessage[]): Promise<void>;
}

/** The queue inside one process, with the promises of SQS FIFO. */
export interface WorkQueue extends JobQueue {
  /** Works messages until the signal aborts; resolves when the handlers under way have ended. */
  work(
    handler: (job: Job, signal: AbortSignal) => Promise<void>,
    options: { readonly concurrency: number; readonly signal: AbortSignal },
  ): Promise<void>;
  /** Resolves when at most that many messages, of one group or of all, are waiting or in flight. */
  drained(
    remaining: number,
    options?: { readonly group?: LaneId; readonly signal?: AbortSignal },
  ): Promise<void>;
}

// ---------------------------------------------------------------- delivery

export type { AlertMessage } from '../domain/alert/message.ts';

export interface Publisher {
  /** Resolves when the channel has taken it. @throws {PublishRefused} when it never will; anything else is tried again. */
  publish(message: AlertMessage): Promise<void>;
}

/** The channel refuses this very message for good (too long, malformed): trying again is pointless. */
export class PublishRefused extends Error {
  override name = 'PublishRefused';
}
