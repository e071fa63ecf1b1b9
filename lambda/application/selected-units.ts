import { repositoryKeyOf } from '../domain/reference.ts';
import { splitTags } from '../domain/unit-parts.ts';
import type { Unit, UnitTag } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import { type Target, targetsOf } from './scan/targets.ts';
import { type Candidate, type Selection, selects } from './select.ts';
import { candidateOf, rowOf } from './status.ts';
import { watchedTargets } from './watched.ts';
import { withTags } from './with-tags.ts';

export interface SelectedUnit {
  readonly unit: Unit;
  /** False when only some of its tags were selected. */
  readonly whole: boolean;
  /** Counts from 0 where the selected tags are more than one job takes. */
  readonly part?: number;
}

/**
 * The units with the tags that a selection names, one at a time. A filter is taken whole when the
 * selection is about its repository: then it may also find tags that nobody has looked at yet.
 */
export async function* selectedUnits(
  deps: Pick<Deps, 'states'>,
  units: AsyncIterable<Unit>,
  selection: Selection,
): AsyncGenerator<SelectedUnit> {
  const everything = isEverything(selection);
  const matches = selects(selection);
  for await (const unit of units) {
    if (everything || matches(repositoryCandidate(unit))) {
      yield { unit, whole: true };
      continue;
    }
    const tags = await selectedTags(deps, unit, selection);
    for (const [part, some] of splitTags(tags).entries()) {
      yield { unit: withTags(unit, some), whole: false, part };
    }
  }
}

/** States are read only where they decide: of the tags of a filter, and for what only they know. */
async function selectedTags(
  deps: Pick<Deps, 'states'>,
  unit: Unit,
  selection: Selection,
): Promise<UnitTag[]> {
  const { verdict, minSeverity, inconclusive, ...lasting } = selection;
  const names = selects(lasting);
  const named = targetsOf(unit, 0).filter((target) => names(namesOf(target)));
  if (unit.filter === undefined && named.length === 0) return [];
  const byState = [verdict, minSeverity, inconclusive].some((wanted) => wanted !== undefined);
  if (unit.filter === undefined && !byState) return named.map(entryOf);
  const matches = selects(selection);
  const tags: UnitTag[] = [];
  for await (const { target, read } of watchedTargets(deps, unit)) {
    const state = read.kind === 'found' ? read.state : undefined;
    if (matches(candidateOf(rowOf(target, state, {})))) tags.push(entryOf(target));
  }
  return tags;
}

export function isEverything(selection: Selection): boolean {
  return Object.values(selection).every(
    (wanted) => wanted === undefined || (Array.isArray(wanted) && wanted.length === 0),
  );
}

/** A filter before any of its tags is known; what only a tag has, it does not match. */
function repositoryCandidate(unit: Unit): Candidate {
  const tagKey = `${repositoryKeyOf(unit)}:`;
  const labels = unit.filter?.terms.labels ?? [];
  return unit.filter === undefined ? { tagKey: '' } : { tagKey, registry: unit.registry, labels };
}

/** A tag as far as it is known without its state. */
function namesOf({ tagKey, repository, terms }: Target): Candidate {
  const labels = terms.flatMap((each) => each.labels);
  return { tagKey, registry: repository.registry, labels };
}

function entryOf({ tag, digest, terms }: Target): UnitTag {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    terms,
  };
}
