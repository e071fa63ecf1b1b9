/** What is to be checked, and what was: watches, units, lanes, receipts, runs. */
import type { Policy, PolicyHash } from '../../domain/policy.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Trouble } from '../../domain/trouble.ts';
import type { Interval, LaneId, RegistrySettings, Unit, Watch } from '../../domain/watch.ts';
import type { Standing } from './registry.ts';

/** Told why one item could not be read, where the others must not wait for it. */
export type Unreadable = (why: string) => void;

/** The watch list that a deployment applied last, to its end. */
export interface Applied {
  readonly v: 1;
  /** Of the compiled list: hex. */
  readonly hash: string;
  readonly at: Timestamp;
  readonly watches: number;
}

export interface WatchStore {
  applied(): Promise<Applied | undefined>;
  putApplied(applied: Applied): Promise<void>;
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
  /**
   * Units of one lane and interval whose slot is in `[from, to]`, in key order, after `startAfter`.
   * One that cannot be read is told to `unreadable` and left out; without it, it throws.
   */
  unitsBySlot(
    lane: LaneId,
    every: Interval,
    from: number,
    to: number,
    startAfter?: string,
    unreadable?: Unreadable,
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
  /** How deep jobs of the round have sent jobs: it ends behind the deepest. */
  readonly depth?: number;
  /** A throttled registry asked for silence until then. */
  readonly notBefore?: Timestamp;
  readonly rev: number;
  /** Intervals that its units have, so that dispatch asks for no others. */
  readonly intervals: readonly Interval[];
  /** The window that is being sent, in one round or several; absent when all of it was sent and worked. */
  readonly window?: LaneWindow;
  /** Applies whose units are due at once. */
  readonly fresh?: readonly FreshUnits[];
  /** When its last round was claimed, if that is one that somebody had asked for. */
  readonly asked?: Timestamp;
  /** The open `watch.failing` event of this lane, by its number. */
  readonly behind?: number;
  /** How its registry wants to be treated; absent where it never said. */
  readonly standing?: Standing;
  /** Failures of its tags of late; absent while there are none. */
  readonly trouble?: Trouble;
  /** The open `registry.failing` event of this lane, by its number. */
  readonly incident?: number;
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

export interface QuotaLeft {
  readonly remaining: number;
  readonly limit: number;
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
  /** Pulls that the registry had left for us behind it, where it says so. */
  readonly quota?: QuotaLeft;
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
