import type { Digest } from '../../domain/digest.ts';
import { type TagKey, tagKeyOf } from '../../domain/reference.ts';
import type { Unit, UnitTag, WatchTerms } from '../../domain/watch.ts';
import type { RepositoryRef } from '../ports.ts';

/** One tag of a job, or one digest that is watched without a tag. */
export interface Target {
  readonly tagKey: TagKey;
  readonly repository: RepositoryRef;
  /** What the registry is asked for. */
  readonly reference: string;
  readonly tag?: string;
  /** Only of a digest that is watched without a tag. */
  readonly digest?: Digest;
  readonly terms: readonly WatchTerms[];
}

export function targetsOf(unit: Unit, offset: number): Target[] {
  const { registry, repository } = unit;
  return unit.tags.slice(offset).flatMap((entry) => targetOf({ registry, repository }, entry));
}

/** A digest beside a tag is where the tag must point (`terms`), not what is asked for. */
function targetOf(repository: RepositoryRef, { tag, digest, terms }: UnitTag): Target[] {
  if (tag !== undefined) {
    return [{ tagKey: tagKeyOf({ ...repository, tag }), repository, reference: tag, tag, terms }];
  }
  if (digest === undefined) return [];
  const tagKey = tagKeyOf({ ...repository, digest });
  return [{ tagKey, repository, reference: digest, digest, terms }];
}
