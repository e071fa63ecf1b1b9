import type { TagState } from '../state.ts';
import type { Timestamp } from '../time.ts';
import type { Draft } from './draft.ts';

/**
 * When the remembered digest was last seen in place: the bound on when something happened to it.
 * A check that was answered "not found", "denied" or not at all is done, and saw nothing in place:
 * since the first of those, the last check that was done says nothing.
 */
export function lastInPlaceOf({ input, before }: Draft): Timestamp | undefined {
  if (before.digest === undefined) return undefined;
  return (isOutOfSight(before) ? before.lastInPlace : input.lastChecked) ?? before.since;
}

/** Writes it down by the check that saw the digest no more; costs no write of its own. */
export function rememberInPlace(draft: Draft): void {
  const { next } = draft;
  const last = isOutOfSight(next) ? lastInPlaceOf(draft) : undefined;
  if (last === undefined) delete next.lastInPlace;
  else next.lastInPlace = last;
}

function isOutOfSight({ failing, suspicion, presence }: TagState): boolean {
  return failing !== undefined || suspicion !== undefined || presence !== 'present';
}
