import type { TagKey } from '../domain/reference.ts';
import { mostSevere } from '../domain/severity.ts';
import type { TagState } from '../domain/state.ts';
import { DAY, laterOf, plus, type Timestamp } from '../domain/time.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { LaneId, Unit, WatchTerms } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import { lastChecksByUnit } from './last-checks.ts';
import type { Target } from './scan/targets.ts';
import { type Candidate, type Selection, selects } from './select.ts';
import { isNarrow, unitsIn } from './units-of-lane.ts';
import { watchedTargets } from './watched.ts';

export interface StatusRow {
  readonly tagKey: TagKey;
  readonly registry: string;
  readonly terms: readonly WatchTerms[];
  /** Absent until the first check. */
  readonly state?: TagState;
  /** The last check that succeeded; absent when none is known. */
  readonly lastChecked?: Timestamp;
  /** The last check found nothing out: why, and since when. */
  readonly inconclusive?: { readonly reason: string; readonly since?: Timestamp };
}

export type StatusDeps = Pick<Deps, 'watches' | 'states' | 'runs' | 'lanes'>;

/** Receipts are looked for in the longest interval and a little more. */
const RECEIPTS = 1.5 * DAY;

/** Every watched tag, in the order of the units; reads a unit at a time. */
export async function* statusOf(
  deps: StatusDeps,
  now: Timestamp,
  selection: Selection = {},
): AsyncGenerator<StatusRow> {
  const matches = selects(selection);
  // Of a few units, what the latest runs say is enough: of a large list, a day of receipts is millions.
  const few = isNarrow(selection) ? await Array.fromAsync(unitsIn(deps, selection)) : undefined;
  const wanted = few && new Set(few.map(({ id }) => id));
  const lastChecks = await lastChecksByUnit(deps, plus(now, -RECEIPTS), wanted);
  const silences = new Map<LaneId, Timestamp | undefined>();
  for await (const unit of few ?? unitsIn(deps, selection)) {
    if (!silences.has(unit.lane)) silences.set(unit.lane, await silenceOf(deps, unit.lane, now));
    const context = { checked: lastChecks.get(unit.id), silence: silences.get(unit.lane) };
    for await (const row of rowsOf(deps, unit, context)) {
      if (matches(candidateOf(row))) yield row;
    }
  }
}

export async function silenceOf(
  { lanes }: StatusDeps,
  id: LaneId,
  now: Timestamp,
): Promise<Timestamp | undefined> {
  const until = (await lanes.read(id))?.notBefore;
  return until !== undefined && until > now ? until : undefined;
}

interface UnitContext {
  readonly checked?: Timestamp | undefined;
  readonly silence?: Timestamp | undefined;
}

async function* rowsOf(
  deps: StatusDeps,
  unit: Unit,
  context: UnitContext,
): AsyncGenerator<StatusRow> {
  for await (const { target, read } of watchedTargets(deps, unit)) {
    yield read.kind === 'unread'
      ? { ...rowOf(target, undefined, context), inconclusive: { reason: 'state-unread' } }
      : rowOf(target, read.kind === 'found' ? read.state : undefined, context);
  }
}

export function rowOf(
  { tagKey, repository, terms }: Target,
  state: TagState | undefined,
  { checked, silence }: UnitContext,
): StatusRow {
  const row = { tagKey, registry: repository.registry, terms };
  if (state === undefined) return silence ? { ...row, inconclusive: { reason: 'throttled' } } : row;
  const { failing } = state;
  if (failing !== undefined) {
    const { lastSuccess } = failing;
    const known = lastSuccess === undefined ? {} : { lastChecked: lastSuccess };
    return { ...row, state, ...known, inconclusive: failing };
  }
  const lastChecked = checked === undefined ? state.at : laterOf(checked, state.at);
  const silent = silence === undefined ? {} : { inconclusive: { reason: 'throttled' } };
  return { ...row, state, lastChecked, ...silent };
}

export function candidateOf({
  tagKey,
  registry,
  terms,
  state,
  inconclusive,
}: StatusRow): Candidate {
  const severities = Object.values(state?.open ?? {}).map(({ severity }) => severity);
  return {
    tagKey,
    registry,
    labels: terms.flatMap(({ labels }) => labels),
    verdicts: state === undefined ? [] : verdictsOf(state),
    severity: mostSevere(severities),
    inconclusive:
      inconclusive !== undefined ||
      (state !== undefined && verdictsOf(state).includes('inconclusive')),
  };
}

function verdictsOf({ verdicts }: TagState): Verdict[] {
  const found = Object.values(verdicts).map(({ verdict }) => verdict);
  return found.length === 0 ? ['not-required'] : found;
}
