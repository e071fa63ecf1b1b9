import type { TagState, VerdictRecord } from '../../domain/state.ts';

/** Over this many bytes, explanations are cut short. */
const COMFORTABLE = 2 * 1024;
/** Up to here an eventually consistent read costs half a read unit. */
const CHEAP = 4 * 1024;
const DETAIL = 160;

/**
 * Keeps a state small whatever registries say, without losing what decides: first the explanations
 * are shortened, then the fingerprint of the manifest goes, which only names the kind of the next
 * change. Pure, so that the state in an event and its projection are bounded alike.
 */
export function boundState(state: TagState): TagState {
  if (bytesOf(state) <= COMFORTABLE) return state;
  const short = shortened(state);
  if (bytesOf(short) <= CHEAP) return short;
  const { manifest: _, ...rest } = short;
  return rest;
}

function bytesOf(state: TagState): number {
  return Buffer.byteLength(JSON.stringify(state));
}

function shortened(state: TagState): TagState {
  const verdicts = Object.entries(state.verdicts).map(([policy, record]) => [policy, cut(record)]);
  return {
    ...state,
    verdicts: Object.fromEntries(verdicts) as TagState['verdicts'],
    ...(state.failing && { failing: cut(state.failing) }),
  };
}

function cut<T extends VerdictRecord | NonNullable<TagState['failing']>>(record: T): T {
  const { detail } = record;
  if (detail === undefined || detail.length <= DETAIL) return record;
  return { ...record, detail: `${detail.slice(0, DETAIL - 1)}…` };
}
