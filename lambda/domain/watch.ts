import type { Digest } from './digest.ts';
import type { Policy, PolicyHash, TrustRootName } from './policy.ts';
import type { Duration } from './time.ts';

/** Whole minutes between two checks. */
export const INTERVALS = [1, 5, 10, 15, 30, 60, 180, 360, 720, 1440] as const;
export type Interval = (typeof INTERVALS)[number];

/** Which tags of a repository a filter covers. `glob` and `exclude` are globs over tags, `regex` is RE2; all match fully. */
export interface TagFilter {
  readonly semver?: string;
  readonly glob?: readonly string[];
  readonly regex?: string;
  readonly exclude: readonly string[];
  /** Over this many, the highest versions are kept. */
  readonly max: number;
}

/** The conditions under which one watch looks at a tag. */
export interface WatchTerms {
  readonly watchId: string;
  readonly policyName: string;
  readonly policy: PolicyHash;
  readonly immutable: boolean;
  /** The digest that the tag must point at (`postgres:16@sha256:…`). */
  readonly pin?: Digest;
  readonly signatureGrace: Duration;
  /** `key=value`, sorted. */
  readonly labels: readonly string[];
  readonly every: Interval;
}

/** One entry of the watch list, canonical: an explicit reference, or a repository with a filter. */
export interface Watch extends WatchTerms {
  readonly registry: string;
  readonly repository: string;
  /** Exactly one of `tag`, `digest` (a digest-only watch) and `filter`. */
  readonly tag?: string;
  readonly digest?: Digest;
  readonly filter?: TagFilter;
}

/** The queue of one registry identity and credential: politeness, quota and incidents belong to it. */
export type LaneId = string;

/**
 * What is scheduled: one repository at one interval, at most 100 tags or one filter. It carries the
 * ready body of its job, so that dispatch reads nothing else.
 */
export interface Unit {
  readonly v: 1;
  readonly id: string;
  readonly lane: LaneId;
  readonly every: Interval;
  /** Minute within the interval, `hash(repository) mod every`. */
  readonly slot: number;
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly UnitTag[];
  readonly filter?: TagFilter & { readonly terms: WatchTerms };
  /** Tags that explicit watches already cover: a filter leaves them out. */
  readonly covered?: readonly string[];
  /** The apply that wrote it: due at once, and counted in that apply's baseline. */
  readonly applyId?: string;
}

export interface UnitTag {
  /** Absent for a digest-only watch. */
  readonly tag?: string;
  readonly digest?: Digest;
  readonly terms: readonly WatchTerms[];
}

export const TAGS_PER_UNIT = 100;

/** Bytes of a unit as JSON: with what a job has besides, it fits into a message of SQS (256 KiB). */
export const LARGEST_UNIT = 192 * 1024;

export { repositoryKeyOf } from './reference.ts';

/** What has to be said about one registry host; nothing is needed for most. */
export interface RegistrySettings {
  readonly host: string;
  /** Private and link-local addresses are refused unless the user names the registry here. */
  readonly allowPrivate: boolean;
  readonly plainHttp: boolean;
  /** PEM of the authorities that this registry's certificate may come from, instead of the system's. */
  readonly ca?: string;
  /** Hosts of other domains that its credential may be sent to for a token, with a port where it is not 443. */
  readonly tokenHosts?: readonly string[];
}

/** A watch list without a problem in it: all that `apply`, `check` and `scan` need. */
export interface CompiledWatchlist {
  readonly watches: readonly Watch[];
  readonly policies: ReadonlyMap<PolicyHash, Policy>;
  /** Every name that a watch may use, also `none`; two names may stand for one policy. */
  readonly policyNames: ReadonlyMap<string, PolicyHash>;
  /** Bytes of custom trusted roots, by name (`sha256:<hex>` of the bytes). */
  readonly trustRoots: ReadonlyMap<TrustRootName, Uint8Array>;
  readonly registries: readonly RegistrySettings[];
}
