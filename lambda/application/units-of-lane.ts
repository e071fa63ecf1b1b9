import { laneOf, type RepositoryKey, repositoryKeyOf } from '../domain/reference.ts';
import { slotOf } from '../domain/unit-parts.ts';
import { INTERVALS, type Interval, type LaneId, type Unit } from '../domain/watch.ts';
import type { Deps } from './deps.ts';
import { resumption, type SlotRange } from './dispatch/window.ts';
import type { Unreadable, WatchStore } from './ports.ts';
import type { Selection } from './select.ts';

export interface UnitsOptions {
  /** Where to go on, as `resumeAfter` said it. */
  readonly after?: string;
  readonly unreadable?: Unreadable;
}

/** Those of these lanes that have something the selection may be about. */
export function lanesIn(lanes: readonly LaneId[], selection: Selection): readonly LaneId[] {
  const { registry } = selection;
  const named = namedRepositories(selection);
  const hosts = named && new Set([...named].map((key) => laneOf(key.split('/')[0] ?? '')));
  return lanes.filter(
    (lane) =>
      (registry === undefined || lane === laneOf(registry)) &&
      (hosts === undefined || hosts.has(lane)),
  );
}

/** Every unit that a selection may be about, lane by lane. */
export async function* unitsIn(
  { lanes, watches }: Pick<Deps, 'lanes' | 'watches'>,
  selection: Selection,
): AsyncGenerator<Unit> {
  for (const lane of lanesIn(await lanes.lanes(), selection)) {
    yield* unitsOfLane(watches, lane, selection);
  }
}

/** Whether it is about a few repositories, which it names. */
export function isNarrow(selection: Selection): boolean {
  return namedRepositories(selection) !== undefined;
}

/**
 * The units of a lane that a selection may be about, in the order of their keys. Where references
 * are named, only the slots of their repositories are read.
 */
export async function* unitsOfLane(
  watches: Pick<WatchStore, 'unitsBySlot'>,
  lane: LaneId,
  selection: Selection,
  { after, unreadable }: UnitsOptions = {},
): AsyncGenerator<Unit> {
  const named = namedRepositories(selection);
  const resume = resumption(after);
  for (const every of INTERVALS.filter((each) => each >= (resume?.every ?? 0))) {
    const key = every === resume?.every ? resume.key : undefined;
    for (const [from, to] of rangesOf(named, every)) {
      const units = watches.unitsBySlot(lane, every, from, to, key, unreadable);
      for await (const unit of units) if (isNamed(named, unit)) yield unit;
    }
  }
}

type Named = ReadonlySet<RepositoryKey> | undefined;

/** The repositories that a selection names; undefined where it names none or has globs. */
function namedRepositories({ patterns = [] }: Selection): Named {
  if (patterns.length === 0 || patterns.some((pattern) => /[*?]/.test(pattern))) return undefined;
  return new Set(patterns.map((pattern) => pattern.replace(/(?:@[^@]*|:[^:/]*)$/, '')));
}

function rangesOf(named: Named, every: Interval): readonly SlotRange[] {
  if (named === undefined) return [[0, every - 1]];
  const slots = new Set([...named].map((repository) => slotOf(repository, every)));
  return [...slots].sort((a, b) => a - b).map((slot) => [slot, slot]);
}

function isNamed(named: Named, unit: Unit): boolean {
  return named === undefined || named.has(repositoryKeyOf(unit));
}
