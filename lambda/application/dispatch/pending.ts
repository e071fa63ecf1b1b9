import { messageOf } from '../../domain/errors.ts';
import { laneOf, repositoryKeyOf, tagKeyOf } from '../../domain/reference.ts';
import type { TagState } from '../../domain/state.ts';
import type { Timestamp } from '../../domain/time.ts';
import { slotOf, splitTags } from '../../domain/unit-parts.ts';
import type { LaneId, Unit, UnitTag, WatchTerms } from '../../domain/watch.ts';
import type { Deps } from '../deps.ts';
import type { Lane } from '../ports.ts';
import { withTags } from '../with-tags.ts';

/** A lane's next rounds take the rest. */
const TAGS_PER_LANE = 500;

type PendingDeps = Pick<Deps, 'states' | 'watches' | 'log'>;

/**
 * The tags of these lanes whose `nextCheckAt` has passed, as far as they can be read: what is due by
 * its slot does not wait for them.
 */
export async function pendingByLane(
  { states: store, log }: Pick<Deps, 'states' | 'log'>,
  lanes: ReadonlySet<LaneId>,
  now: Timestamp,
): Promise<ReadonlyMap<LaneId, readonly TagState[]>> {
  const found = new Map<LaneId, TagState[]>();
  let full = 0;
  if (lanes.size === 0) return found;
  const failed = (why: string) => log.error('pending tags not read', { why });
  try {
    for await (const state of store.pending(now, failed)) {
      const lane = laneOf(state.registry);
      const states = found.get(lane) ?? [];
      if (!lanes.has(lane) || states.length === TAGS_PER_LANE) continue;
      found.set(lane, states);
      if (states.push(state) === TAGS_PER_LANE && ++full === lanes.size) break;
    }
  } catch (thrown) {
    failed(messageOf(thrown));
  }
  return found;
}

/** The units of these tags, each cut down to them. A tag that nobody watches any more stops being pending. */
export async function unitsOfPending(
  deps: PendingDeps,
  lane: Lane,
  states: readonly TagState[],
): Promise<readonly Unit[]> {
  const cut = new Map<string, { readonly unit: Unit; readonly tags: UnitTag[] }>();
  for (const [repository, same] of Map.groupBy(states, repositoryKeyOf)) {
    const { units, whole } = await unitsOfRepository(deps, lane, repository);
    const covers = await coverage(units);
    for (const state of same) {
      const places = units.flatMap((unit) => placeIn(unit, state, covers));
      if (places.length === 0 && whole) await forget(deps, state);
      for (const { unit, tag } of places) {
        const part = cut.get(unit.id) ?? { unit, tags: [] };
        part.tags.push(tag);
        cut.set(unit.id, part);
      }
    }
  }
  // What is beyond the size of a job stays pending for the lane's next round.
  return [...cut.values()].map(({ unit, tags }) => withTags(unit, splitTags(tags)[0] ?? []));
}

/** Of every watch on a tag; none when nobody watches it any more. @throws when that cannot be read */
export async function termsOf(
  deps: PendingDeps,
  lane: Lane,
  state: TagState,
): Promise<readonly WatchTerms[]> {
  const { units, whole } = await unitsOfRepository(deps, lane, repositoryKeyOf(state));
  if (!whole) throw new Error(`the watches of ${state.tagKey} cannot all be read`);
  const covers = await coverage(units);
  return units.flatMap((unit) => placeIn(unit, state, covers)).flatMap(({ tag }) => tag.terms);
}

async function unitsOfRepository(
  deps: Pick<PendingDeps, 'watches' | 'log'>,
  lane: Lane,
  repository: string,
): Promise<{ readonly units: readonly Unit[]; readonly whole: boolean }> {
  const units: Unit[] = [];
  let whole = true;
  const unreadable = (why: string) => {
    whole = false;
    deps.log.error('unit not sent', { lane: lane.id, why });
  };
  for (const every of lane.intervals) {
    const slot = slotOf(repository, every);
    const inSlot = deps.watches.unitsBySlot(lane.id, every, slot, slot, undefined, unreadable);
    for await (const unit of inSlot) {
      if (repositoryKeyOf(unit) === repository) units.push(unit);
    }
  }
  return { units, whole };
}

type Covers = (unit: Unit, filter: NonNullable<Unit['filter']>, tag: string) => boolean;

/** What filters need (patterns, versions) is loaded where there are some. */
async function coverage(units: readonly Unit[]): Promise<Covers> {
  if (units.every(({ filter }) => filter === undefined)) return () => false;
  const { compileTagFilter } = await import('../../domain/tag-filter.ts');
  return (unit, filter, tag) =>
    unit.covered?.includes(tag) !== true && compileTagFilter(filter)(tag);
}

function placeIn(
  unit: Unit,
  state: TagState,
  covers: Covers,
): { readonly unit: Unit; readonly tag: UnitTag }[] {
  const { registry, repository, filter } = unit;
  const tags = unit.tags.filter(
    (tag) => tagKeyOf({ registry, repository, ...nameOf(tag) }) === state.tagKey,
  );
  if (filter !== undefined && state.tag !== undefined && covers(unit, filter, state.tag)) {
    tags.push({ tag: state.tag, terms: [filter.terms] });
  }
  return tags.map((tag) => ({ unit, tag }));
}

function nameOf({ tag, digest }: UnitTag): Pick<UnitTag, 'tag' | 'digest'> {
  return tag === undefined ? (digest === undefined ? {} : { digest }) : { tag };
}

/** History stays; the state is only no longer asked for on every tick. */
async function forget(deps: PendingDeps, state: TagState): Promise<void> {
  const { nextCheckAt: _, ...rest } = state;
  await deps.states.remember({ ...rest, rev: state.rev + 1 }, { seq: state.seq, rev: state.rev });
}
