import type { Digest } from '../domain/digest.ts';
import type { EventKind, EventRecord } from '../domain/event.ts';
import type { TagKey } from '../domain/reference.ts';
import type { TagState } from '../domain/state.ts';
import type { Timestamp } from '../domain/time.ts';
import type { WatchTerms } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import type { Run } from './ports.ts';
import type { Selection } from './select.ts';

export interface HistoryQuery {
  readonly limit: number;
  /** What the tag was then: the event in force at that instant, or all of those in force between the two. */
  readonly at?: { readonly from: Timestamp; readonly to: Timestamp };
}

/** Newest first. */
export declare function historyOf(
  deps: Pick<Deps, 'events'>,
  tagKey: TagKey,
  query: HistoryQuery,
): Promise<readonly EventRecord[]>;

export declare function showEvent(
  deps: Pick<Deps, 'events'>,
  subject: string,
  seq: number,
): Promise<EventRecord | undefined>;

export declare function eventFeed(
  deps: Pick<Deps, 'events'>,
  query: {
    readonly since: Timestamp;
    readonly until: Timestamp;
    readonly kind?: EventKind;
    readonly selection?: Selection;
  },
): AsyncGenerator<EventRecord>;

/** One stretch during which a tag pointed at a digest. */
export interface Stay {
  readonly digest: Digest;
  readonly tagKey: TagKey;
  readonly seq: number;
  readonly role: 'index' | 'manifest' | 'platform' | 'config';
  readonly platform?: string;
  readonly tagDigest: Digest;
  /** The tag was elsewhere then; absent when this is what the first check found. */
  readonly notBefore?: Timestamp;
  readonly firstSeen: Timestamp;
  readonly lastSeen?: Timestamp;
  /** The tag was elsewhere, or gone, from then on at the latest; absent while it points there. */
  readonly goneBy?: Timestamp;
}

export declare function whereIs(
  deps: Pick<Deps, 'events' | 'sightings' | 'states'>,
  digest: Digest,
): AsyncGenerator<Stay>;

export interface StatusRow {
  readonly tagKey: TagKey;
  readonly terms: readonly WatchTerms[];
  /** Absent until the first check. */
  readonly state?: TagState;
  /** The last check that found the digest; absent when none is known. */
  readonly lastChecked?: Timestamp;
  /** The last check told nothing: why, and since when. */
  readonly inconclusive?: { readonly reason: string; readonly since?: Timestamp };
}

/** Every watched tag, in the order of the units. */
export declare function statusOf(
  deps: Pick<Deps, 'watches' | 'states' | 'runs' | 'lanes'>,
  now: Timestamp,
  selection?: Selection,
): AsyncGenerator<StatusRow>;

export interface RunSummary extends Run {
  /** A job of this run left no receipt: it is under way, was lost, or went to the dead letters. */
  readonly incomplete: boolean;
}

/** Newest first; totals are the sums of the receipts. */
export declare function runsSince(
  deps: Pick<Deps, 'runs'>,
  since: Timestamp,
): AsyncGenerator<RunSummary>;
