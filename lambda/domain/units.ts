import { createHash } from 'node:crypto';
import { hashOf } from './canonical-json.ts';
import { laneOf } from './reference.ts';
import { compileTagFilter } from './tag-filter.ts';
import {
  type Interval,
  repositoryKeyOf,
  TAGS_PER_UNIT,
  type TagFilter,
  type Unit,
  type UnitTag,
  type Watch,
  type WatchTerms,
} from './watch.ts';

/**
 * What is scheduled for these watches: the tags of one repository at one interval together, at most
 * {@link TAGS_PER_UNIT} in a unit, and every filter in a unit of its own. The same watches in any
 * order give the same units in the same order.
 */
export function unitsOf(watches: readonly Watch[]): Unit[] {
  const units: Unit[] = [];
  for (const group of Map.groupBy(watches, repositoryKeyOf).values()) {
    for (const sameInterval of Map.groupBy(group, ({ every }) => every).values()) {
      units.push(...tagUnits(sameInterval));
    }
    units.push(...filterUnits(group));
  }
  return units.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function tagUnits(watches: readonly Watch[]): Unit[] {
  const tags = unitTags(watches);
  const [first] = watches;
  const units: Unit[] = [];
  for (let from = 0; first !== undefined && from < tags.length; from += TAGS_PER_UNIT) {
    const part = tags.slice(from, from + TAGS_PER_UNIT);
    units.push(unit(first, `tags ${from / TAGS_PER_UNIT}`, { tags: part }));
  }
  return units;
}

/** One entry for each tag or digest, sorted, with the terms of every watch that names it. */
function unitTags(watches: readonly Watch[]): UnitTag[] {
  const explicit = watches.filter(({ filter }) => filter === undefined);
  const byName = Map.groupBy(explicit, ({ tag, digest }) => tag ?? `@${digest}`);
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) => same.slice(0, 1).map((watch) => unitTag(watch, same)));
}

function unitTag({ tag, digest }: Watch, watches: readonly Watch[]): UnitTag {
  const terms = watches.map(termsOf).sort((a, b) => (a.watchId < b.watchId ? -1 : 1));
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    terms,
  };
}

function filterUnits(watches: readonly Watch[]): Unit[] {
  const explicit = watches.flatMap(({ tag }) => tag ?? []);
  return watches.flatMap((watch) => {
    const { filter } = watch;
    if (filter === undefined) return [];
    const covered = [...new Set(explicit)].filter(compileTagFilter(filter)).sort();
    return unit(watch, `filter ${watch.watchId}`, {
      tags: [],
      filter: { ...filter, terms: termsOf(watch) },
      ...(covered.length === 0 ? {} : { covered }),
    });
  });
}

interface UnitBody {
  readonly tags: readonly UnitTag[];
  readonly filter?: TagFilter & { readonly terms: WatchTerms };
  readonly covered?: readonly string[];
}

function unit(watch: Watch, part: string, body: UnitBody): Unit {
  const { registry, repository, every } = watch;
  const repositoryKey = repositoryKeyOf(watch);
  return {
    v: 1,
    id: hashOf([repositoryKey, every, part]).slice(0, 16),
    lane: laneOf(registry),
    every,
    slot: slotOf(repositoryKey, every),
    registry,
    repository,
    ...body,
  };
}

/** Spreads repositories evenly over the minutes of their interval, and keeps each at its minute. */
export function slotOf(repositoryKey: string, every: Interval): number {
  return createHash('sha256').update(repositoryKey).digest().readUInt32BE(0) % every;
}

export function termsOf(watch: Watch): WatchTerms {
  const { watchId, policyName, policy, immutable, pin, signatureGrace, labels, every } = watch;
  return {
    watchId,
    policyName,
    policy,
    immutable,
    ...(pin === undefined ? {} : { pin }),
    signatureGrace,
    labels,
    every,
  };
}
