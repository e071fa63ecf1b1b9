import { repositoryKeyOf } from '../domain/reference.ts';
import type { Unit } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import type { StateRead } from './ports.ts';
import { type Target, targetsOf } from './scan/targets.ts';
import { withTags } from './with-tags.ts';

export interface WatchedTarget {
  readonly target: Target;
  readonly read: StateRead;
}

/**
 * The tags of a unit with what is remembered of them; of a filter, those that it covers and was
 * the last to look at. One unit's states are read at a time.
 */
export async function* watchedTargets(
  deps: Pick<Deps, 'states'>,
  unit: Unit,
): AsyncGenerator<WatchedTarget> {
  const targets = targetsOf(unit, 0);
  if (targets.length > 0) {
    const states = await deps.states.readMany(targets.map(({ tagKey }) => tagKey));
    for (const target of targets) {
      yield { target, read: states.get(target.tagKey) ?? { kind: 'absent' } };
    }
  }
  if (unit.filter !== undefined) yield* filtered(deps, unit, unit.filter);
}

async function* filtered(
  deps: Pick<Deps, 'states'>,
  unit: Unit,
  filter: NonNullable<Unit['filter']>,
): AsyncGenerator<WatchedTarget> {
  const { terms } = filter;
  // What filters need (patterns, versions) is loaded where there are some.
  const { compileTagFilter } = await import('../domain/tag-filter.ts');
  const covers = compileTagFilter(filter);
  for await (const state of deps.states.ofRepository(repositoryKeyOf(unit))) {
    const { tag } = state;
    if (tag === undefined || !state.watches.includes(terms.watchId)) continue;
    if (unit.covered?.includes(tag) === true || !covers(tag)) continue;
    for (const target of targetsOf(withTags(unit, [{ tag, terms: [terms] }]), 0)) {
      yield { target, read: { kind: 'found', state } };
    }
  }
}
