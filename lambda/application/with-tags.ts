import type { Unit, UnitTag } from '../domain/watch.ts';

/** The same unit with these tags only; of a filter, without the filter. */
export function withTags(unit: Unit, tags: readonly UnitTag[]): Unit {
  const { filter: _, covered: __, ...rest } = unit;
  return { ...rest, tags };
}
