import type { TagState } from '../state.ts';

/** Bytes as JSON; the item adds its keys and stays within what one half read unit fetches. */
export const STATE_LIMIT = 2048;

/** What can be done without, the least important first; never what a decision depends on. */
const SHORTER: readonly ((state: TagState) => TagState)[] = [
  (state) => ({ ...state, labels: state.labels.slice(0, 10) }),
  (state) => mapRecords(state, ({ detail: _, ...record }) => record),
  ({ manifest: _, ...state }) => state,
  (state) => ({ ...state, recent: state.recent.slice(0, 4) }),
  withoutFailureDetail,
  // The sightings still know every digest.
  (state) => ({ ...state, recent: state.recent.slice(0, 2) }),
];

/**
 * A hostile registry or a long list of watches must not make the item grow without end. Under one
 * policy the limit holds; what several policies decided is kept even where it goes a little beyond.
 */
export function inBounds(state: TagState): TagState {
  return SHORTER.reduce(
    (kept, shorten) => (sizeOf(kept) > STATE_LIMIT ? shorten(kept) : kept),
    state,
  );
}

function withoutFailureDetail(state: TagState): TagState {
  const { failing } = state;
  return failing === undefined ? state : { ...state, failing: { ...failing, detail: '' } };
}

function sizeOf(state: TagState): number {
  return new TextEncoder().encode(JSON.stringify(state)).length;
}

function mapRecords(
  state: TagState,
  change: (record: TagState['verdicts'][string]) => TagState['verdicts'][string],
): TagState {
  const records = Object.entries(state.verdicts).map(([policy, record]) => [
    policy,
    change(record),
  ]);
  return { ...state, verdicts: Object.fromEntries(records) };
}
