/** What is remembered: states, events, sightings, trusted roots. */
import type { Digest } from '../../domain/digest.ts';
import type { EventRecord } from '../../domain/event.ts';
import type { TrustRootName } from '../../domain/policy.ts';
import type { RepositoryKey, TagKey } from '../../domain/reference.ts';
import type { TagState } from '../../domain/state.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { TrustRefresh } from './trust-refresh.ts';
import type { TrustRoots } from './verification.ts';

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
  /** Tags whose `nextCheckAt` has passed: a hint from the sparse index, each verified against its item. One that cannot be read is left out, and told to `unreadable`. */
  pending(now: Timestamp, unreadable?: (why: string) => void): AsyncIterable<TagState>;
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

/** What became of the alert of an event. */
export type Delivery =
  | { readonly kind: 'waiting'; readonly attempts: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'set aside'; readonly why: string };

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
  /**
   * Reserves the delivery of a marked event until then; `conflict` when somebody else holds it at
   * `now`, or it has no mark any more. Unmarking, deferring and setting aside end it.
   */
  claim(
    subject: string,
    seq: number,
    now: Timestamp,
    until: Timestamp,
  ): Promise<'done' | 'conflict'>;
  /** Removes the mark: the alert was delivered, or there was none to deliver. */
  unmark(subject: string, seq: number): Promise<void>;
  /** Keeps the mark for a later attempt. */
  defer(subject: string, seq: number, attempts: number, deliverAfter: Timestamp): Promise<void>;
  /** Read consistently; undefined for an event that is not there. */
  delivery(subject: string, seq: number): Promise<Delivery | undefined>;
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

export interface TrustStore extends TrustRoots {
  /**
   * Versions only rise. `refreshedAt`: when its repository vouched for these bytes, for a root that
   * came from one; the same version with the same bytes again takes on the new time.
   */
  put(
    name: TrustRootName,
    version: number,
    bytes: Uint8Array,
    refreshedAt?: Timestamp,
  ): Promise<void>;
  /** What the last refresh left behind. */
  refresh(name: TrustRootName): Promise<TrustRefresh | undefined>;
  /** On the condition that `rev` is still the one that was read (absent when there was none). */
  writeRefresh(
    name: TrustRootName,
    refresh: TrustRefresh,
    expectedRev: number | 'absent',
  ): Promise<'done' | 'conflict'>;
}
