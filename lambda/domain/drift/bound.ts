import type { TagState } from '../state.ts';

/** Bytes as JSON; the item adds its keys and stays within what one half read unit fetches. */
export const STATE_LIMIT = 2048;

/** What can be done without, the least important first; never what a decision depends on. */
const SHORTER: readonly ((state: TagState) => TagState)[] = [
  (state) => ({ ...state, labels: state.labels.slice(0, 10) }),
  (state) => mapRecords(state, ({ detail: _, ...record }) => record),
  ({ manifest: _, ...state }) => state,
  (state) => ({ ...state, recent: state.recent.slice(0, 4) }),
];

/** A hostile registry or a long list of watches must not make the item grow without end. */
export function inBounds(state: TagState): TagState {
  return SHORTER.reduce(
    (kept, shorten) => (sizeOf(kept) > STATE_LIMIT ? shorten(kept) : kept),
    state,
  );
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
