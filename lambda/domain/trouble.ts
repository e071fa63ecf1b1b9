import type { InconclusiveReason } from './observation.ts';
import { between, type Duration, HOUR, MINUTE, type Timestamp } from './time.ts';
import type { Interval } from './watch.ts';

/** Failures that are alike: one cause at the registry would show as any of them. */
export type TroubleKind =
  | 'unavailable'
  | 'throttled'
  | 'quota'
  | 'denied'
  | 'absent'
  | 'misbehaving';

/** What one job saw: how many tags it asked about, and which of them failed, and how. */
export interface JobOutcome {
  readonly at: Timestamp;
  readonly checked: number;
  readonly failures: readonly {
    readonly tagKey: string;
    readonly repository: string;
    readonly kind: TroubleKind;
  }[];
}

interface Bucket {
  readonly from: Timestamp;
  readonly checked: number;
  readonly failed: Readonly<Partial<Record<TroubleKind, number>>>;
  /** Some of the tags that failed, enough to know that they are many. */
  readonly tags: readonly string[];
  /** Two of their repositories, if there are two. */
  readonly repositories: readonly string[];
}

/**
 * The failures of a registry's tags of late, kept from its first failure until none is left: a
 * registry without trouble costs no write.
 */
export interface Trouble {
  /** The newest last; at most two, so that one full window is always covered. */
  readonly buckets: readonly Bucket[];
  /** What is wrong with the registry as a whole, and since when; absent while only some tags fail. */
  readonly wide?: Wide;
}

interface Wide {
  readonly kind: TroubleKind;
  readonly since: Timestamp;
  /** Checks that did not fail so, since the last job of which most did. */
  readonly well: number;
}

/** So many tags, and this share of what was asked, failing alike: it is not about the tags. */
const MANY = 5;
const SHARE = 0.5;
const SHORTEST_BUCKET: Duration = 10 * MINUTE;

const KINDS: Record<InconclusiveReason | 'absent' | 'denied', TroubleKind | undefined> = {
  timeout: 'unavailable',
  unreachable: 'unavailable',
  'server-error': 'unavailable',
  tls: 'unavailable',
  throttled: 'throttled',
  quota: 'quota',
  denied: 'denied',
  'bad-token': 'denied',
  absent: 'absent',
  'not-oci': 'misbehaving',
  protocol: 'misbehaving',
  'digest-mismatch': 'misbehaving',
  'too-large': undefined,
  // Our own troubles say nothing about a registry.
  'state-unread': undefined,
  'out-of-time': undefined,
};

/** Undefined for what is about one tag alone, or about us. */
export function troubleKindOf(
  reason: InconclusiveReason | 'absent' | 'denied',
): TroubleKind | undefined {
  return KINDS[reason];
}

/** The trouble after one more job; undefined when there is none. */
export function noteOutcome(
  before: Trouble | undefined,
  outcome: JobOutcome,
  intervals: readonly Interval[],
): Trouble | undefined {
  const wide = before?.wide && stillWide(before.wide, outcome);
  // What is over is forgotten: the next failure is a new trouble.
  if (before?.wide !== undefined && isOver(before, wide)) {
    return noteOutcome(undefined, outcome, intervals);
  }
  const length = Math.max(SHORTEST_BUCKET, Math.min(...intervals) * MINUTE);
  const buckets = addTo(before?.buckets ?? [], outcome, length);
  const failed = buckets.flatMap((bucket) => Object.values(bucket.failed));
  if (wide === undefined && failed.every((count) => count === 0)) return undefined;
  const trouble = { buckets };
  if (wide !== undefined) return { ...trouble, wide };
  const kind = wideKind(trouble);
  return kind === undefined ? trouble : { ...trouble, wide: { kind, since: outcome.at, well: 0 } };
}

/** One tag that goes on failing is its own trouble; a job of which most do is not. */
function stillWide(wide: Wide, { checked, failures }: JobOutcome): Wide {
  const failed = failures.filter(({ kind }) => kind === wide.kind).length;
  const well = failed > 0 && failed >= checked * SHARE ? 0 : wide.well + checked - failed;
  return { ...wide, well };
}

/** So many checks that did not fail so: as many as there were tags to show it. */
function isOver(trouble: Trouble, wide: Wide | undefined): boolean {
  return wide !== undefined && wide.well >= Math.max(1, failingTags(trouble).length);
}

/** Some of the tags that failed of late: at most as many as are many. */
export function failingTags({ buckets }: Trouble): readonly string[] {
  return some(
    buckets.flatMap(({ tags }) => tags),
    MANY,
  );
}

/** Some of their repositories: at most two. */
export function failingRepositories({ buckets }: Trouble): readonly string[] {
  return some(
    buckets.flatMap(({ repositories }) => repositories),
    2,
  );
}

function addTo(
  buckets: readonly Bucket[],
  { at, checked, failures }: JobOutcome,
  length: Duration,
): readonly Bucket[] {
  const recent = buckets.filter(({ from }) => between(from, at) < 2 * length);
  const last = recent.at(-1);
  const isCurrent = last !== undefined && between(last.from, at) < length;
  const current = isCurrent ? last : { from: at, ...NONE };
  const failed: Partial<Record<TroubleKind, number>> = { ...current.failed };
  for (const { kind } of failures) failed[kind] = (failed[kind] ?? 0) + 1;
  const tags = failures.map(({ tagKey }) => tagKey);
  const repositories = failures.map(({ repository }) => repository);
  const added = {
    from: current.from,
    checked: current.checked + checked,
    failed,
    tags: some([...current.tags, ...tags], MANY),
    repositories: some([...current.repositories, ...repositories], 2),
  };
  return [...recent.slice(isCurrent ? 0 : -1, isCurrent ? -1 : undefined), added];
}

const NONE = { checked: 0, failed: {}, tags: [], repositories: [] };

function some(texts: readonly string[], most: number): readonly string[] {
  return [...new Set(texts)].slice(0, most);
}

function wideKind(trouble: Trouble): TroubleKind | undefined {
  const { buckets } = trouble;
  const checked = buckets.reduce((sum, bucket) => sum + bucket.checked, 0);
  const total = (kind: TroubleKind) =>
    buckets.reduce((sum, bucket) => sum + (bucket.failed[kind] ?? 0), 0);
  // Too many requests, or none left, is never about a tag, however few there are.
  if (total('quota') > 0) return 'quota';
  const throttled = total('throttled');
  if (throttled > 0 && throttled >= checked * SHARE) return 'throttled';
  if (failingTags(trouble).length < MANY) return undefined;
  const alike = ALIKE.find((kind) => total(kind) >= checked * SHARE);
  // One repository that was deleted or closed to us is no trouble of its registry.
  const isOfOne =
    (alike === 'absent' || alike === 'denied') && failingRepositories(trouble).length < 2;
  return isOfOne ? undefined : alike;
}

const ALIKE: readonly TroubleKind[] = ['unavailable', 'misbehaving', 'denied', 'absent'];

/** Nothing is said of a registry sooner than it would be of a tag. */
export function isWorthTelling(
  { wide }: Trouble,
  intervals: readonly Interval[],
  now: Timestamp,
): boolean {
  if (wide === undefined) return false;
  return between(wide.since, now) >= Math.max(3 * Math.min(...intervals) * MINUTE, HOUR);
}
