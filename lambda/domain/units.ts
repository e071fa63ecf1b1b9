import { hashOf } from './canonical-json.ts';
import { TagwardenError } from './errors.ts';
import { laneOf } from './reference.ts';
import { compileTagFilter } from './tag-filter.ts';
import { bytesOf, slotOf, splitTags } from './unit-parts.ts';
import {
  LARGEST_UNIT,
  repositoryKeyOf,
  type TagFilter,
  type Unit,
  type UnitTag,
  type Watch,
  type WatchTerms,
} from './watch.ts';

/** One watch asks for more than a message of the queue can say. */
export class UnitTooLargeError extends TagwardenError<'UNIT_TOO_LARGE'> {
  constructor(unit: Unit, bytes: number) {
    const { registry, repository, filter, covered = [] } = unit;
    const what = filter === undefined ? 'a tag' : `a filter beside ${covered.length} explicit tags`;
    const found = `${what} of ${registry}/${repository} that takes ${bytes} bytes`;
    super('UNIT_TOO_LARGE', `found ${found}, expected at most ${LARGEST_UNIT}`);
  }
}

/**
 * What is scheduled for these watches: the tags of one repository at one interval together, as many
 * as {@link splitTags} puts in a unit, and every filter in a unit of its own. The same watches in any
 * order give the same units in the same order.
 *
 * @throws {UnitTooLargeError}
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
  if (first === undefined) return [];
  return splitTags(tags).map((part, n) => unit(first, `tags ${n}`, { tags: part }));
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
  const made: Unit = {
    v: 1,
    id: hashOf([repositoryKey, every, part]).slice(0, 16),
    lane: laneOf(registry),
    every,
    slot: slotOf(repositoryKey, every),
    registry,
    repository,
    ...body,
  };
  const bytes = bytesOf(made);
  if (bytes > LARGEST_UNIT) throw new UnitTooLargeError(made, bytes);
  return made;
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
