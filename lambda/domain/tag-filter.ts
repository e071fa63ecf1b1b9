import type { SemVer } from 'semver';
import parse from 'semver/functions/parse.js';
import rcompare from 'semver/functions/rcompare.js';
import satisfies from 'semver/functions/satisfies.js';
import { compileGlob } from './glob.ts';
import { anchored, compileTextRule } from './text-rule.ts';
import type { TagFilter } from './watch.ts';

/** What is left of a listing. */
export interface FilteredTags {
  /** Sorted: watched from now on. */
  readonly kept: readonly string[];
  /** Sorted: the filter covers them, but they are beyond its `max`. */
  readonly truncated: readonly string[];
}

export interface FilterContext {
  /** Tags that this filter already watches: never dropped in favour of others. */
  readonly watched?: ReadonlySet<string>;
  /** Tags that explicit watches cover: not the filter's, and not counted. */
  readonly covered?: ReadonlySet<string>;
}

/**
 * Tags that tools write next to the images: cosign's `.sig`, `.att` and `.sbom`, and the fallback
 * tag of the referrers API (OCI distribution-spec, "Referrers Tag Schema").
 */
const GENERATED = /^sha256-[a-f0-9]{64}(?:\.(?:att|sbom|sig))?$/;

/** The tags of a listing that a filter covers; over `max`, the highest versions are kept. */
export function filterTags(
  filter: TagFilter,
  listing: Iterable<string>,
  { watched = new Set(), covered = new Set() }: FilterContext = {},
): FilteredTags {
  const covers = compileTagFilter(filter);
  const candidates = [...new Set(listing)].filter((tag) => !covered.has(tag) && covers(tag));
  const standing = candidates.filter((tag) => watched.has(tag));
  const others = candidates.filter((tag) => !watched.has(tag)).sort(highestFirst);
  const room = Math.max(0, filter.max - standing.length);
  return {
    kept: [...standing, ...others.slice(0, room)].sort(),
    truncated: others.slice(room).sort(),
  };
}

/** Whether a filter covers a tag: all of its conditions hold, and nothing excludes it. */
export function compileTagFilter(filter: TagFilter): (tag: string) => boolean {
  const conditions: ((tag: string) => boolean)[] = [(tag) => !GENERATED.test(tag)];
  const { semver: range, glob, regex, exclude } = filter;
  if (range !== undefined) conditions.push((tag) => inRange(tag, range));
  if (glob !== undefined) conditions.push(compileGlobs(glob));
  if (regex !== undefined) conditions.push(compileTextRule(anchored(regex)));
  if (exclude.length > 0) {
    const excluded = compileGlobs(exclude);
    conditions.push((tag) => !excluded(tag));
  }
  return (tag) => conditions.every((holds) => holds(tag));
}

/** Any of the globs. */
function compileGlobs(globs: readonly string[]): (tag: string) => boolean {
  const matchers = globs.map(compileGlob);
  return (tag) => matchers.some((matches) => matches(tag));
}

/**
 * The version that a tag names: `1.2.3`, `v1.2.3-rc.1`, and the short forms `1.2` and `1`, which are
 * read as `1.2.0` and `1.0.0`. Undefined for everything else.
 */
export function versionOf(tag: string): SemVer | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?$/.exec(tag);
  if (match === null) return undefined;
  const [, major, minor = '0', patch = '0', suffix = ''] = match;
  return parse(`${major}.${minor}.${patch}${suffix}`) ?? undefined;
}

/** Pre-releases only where the range names one of the same version, as npm does. */
function inRange(tag: string, range: string): boolean {
  const version = versionOf(tag);
  return version !== undefined && satisfies(version, range);
}

function highestFirst(a: string, b: string): number {
  const [left, right] = [versionOf(a), versionOf(b)];
  if (left !== undefined && right !== undefined) {
    return rcompare(left, right) || byText(a, b);
  }
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return byText(b, a);
}

/** Of two different tags. */
function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
