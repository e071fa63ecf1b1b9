import { repositoryKeyOf } from '../../domain/reference.ts';
import type { Unit, UnitTag } from '../../domain/watch.ts';
import type { Deps } from '../deps.ts';
import { withTags } from '../dispatch/pending.ts';
import type { Target } from '../scan/targets.ts';
import { type Candidate, type Selection, selects } from '../select.ts';
import { candidateOf, rowOf } from '../status.ts';
import { watchedTargets } from '../watched.ts';

export interface SelectedUnit {
  readonly unit: Unit;
  /** False when only some of its tags were selected. */
  readonly whole: boolean;
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
  const matches = selects(selection);
  const everything = isEverything(selection);
  for await (const unit of units) {
    if (everything || matches(repositoryCandidate(unit))) {
      yield { unit, whole: true };
      continue;
    }
    const tags: UnitTag[] = [];
    for await (const { target, read } of watchedTargets(deps, unit)) {
      const state = read.kind === 'found' ? read.state : undefined;
      if (matches(candidateOf(rowOf(target, state, {})))) tags.push(entryOf(target));
    }
    if (tags.length > 0) yield { unit: withTags(unit, tags), whole: false };
  }
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

function entryOf({ tag, digest, terms }: Target): UnitTag {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    terms,
  };
}
