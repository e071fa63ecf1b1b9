import { canonicalJson } from '../domain/canonical-json.ts';
import { type CompiledWatchlist, INTERVALS, type Unit, type Watch } from '../domain/watch.ts';
import { inBatches } from './concurrency.ts';
import type { Deps } from './deps.ts';
import { newLane } from './dispatch/lane-state.ts';
import { updateLane } from './lanes.ts';
import type { FreshUnits, Lane } from './ports.ts';
import { tickOf } from './tick.ts';

/** What the store has to become; ids of watches, each list sorted. */
export interface WatchlistDiff {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** In the store and not in the file. */
  readonly gone: readonly string[];
  readonly unchanged: number;
}

export interface ApplyReport {
  readonly applyId: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Not in the file, and kept because removing was not asked for. */
  readonly refused: readonly string[];
  readonly unchanged: number;
  /** Units that are due at once. */
  readonly freshUnits: number;
}

export interface ApplyOptions {
  /** Without it, what is not in the file stays watched. */
  readonly prune: boolean;
  /** Only says what would be done. */
  readonly dryRun: boolean;
  /** Asked before anything is written; throws to refuse it. `gone` are the watches of `diff.gone`. */
  readonly permit?: (diff: WatchlistDiff, gone: readonly Watch[]) => void;
  /** Does every write, when it thinks fit. @default - at once */
  readonly writer?: Writer;
}

/** Does a write of so many bytes, now or later, once or again; the same write twice is harmless. */
export type Writer = <T>(bytes: number, write: () => Promise<T>) => Promise<T>;

export type ApplyDeps = Pick<Deps, 'watches' | 'lanes' | 'trust' | 'clock' | 'ids'>;

const BATCH = 25;
/** DynamoDB counts writes by the KiB. */
const WRITE_UNIT = 1024;

/** The difference between a watch list and the store. */
export async function diffWatchlist(
  deps: Pick<Deps, 'watches'>,
  compiled: CompiledWatchlist,
): Promise<WatchlistDiff> {
  const { diff } = await compare(deps, compiled.watches);
  return diff;
}

/**
 * Makes the store's watches equal to the list. Everything that is new is put before the watches
 * that need it, and removed after them; the watches themselves come last, so that an apply that was
 * cut short is done again as a whole. The same list again changes nothing.
 */
export async function applyWatchlist(
  deps: ApplyDeps,
  compiled: CompiledWatchlist,
  { prune, dryRun, permit, writer = (_bytes, write) => write() }: ApplyOptions,
): Promise<ApplyReport> {
  const applyId = deps.ids.newId();
  const { diff, gone } = await compare(deps, compiled.watches);
  permit?.(diff, gone);
  const wanted = prune ? compiled.watches : [...compiled.watches, ...gone];
  const touched = new Set([...diff.added, ...diff.changed, ...(prune ? diff.gone : [])]);
  // With the patterns of filters: loaded with the first list that is applied.
  const { unitsOf } = await import('../domain/units.ts');
  const units = await compareUnits(deps, unitsOf(wanted), touched);
  if (!dryRun) await write(deps, compiled, { applyId, prune, diff, units, writer });
  return {
    applyId,
    added: diff.added,
    changed: diff.changed,
    removed: prune ? diff.gone : [],
    refused: prune ? [] : diff.gone,
    unchanged: diff.unchanged,
    freshUnits: units.fresh.length,
  };
}

async function compare(
  deps: Pick<Deps, 'watches'>,
  watches: readonly Watch[],
): Promise<{ readonly diff: WatchlistDiff; readonly gone: readonly Watch[] }> {
  const missing = new Map(watches.map((watch) => [watch.watchId, watch]));
  const changed: string[] = [];
  const gone: Watch[] = [];
  let unchanged = 0;
  for await (const stored of deps.watches.watches()) {
    const watch = missing.get(stored.watchId);
    missing.delete(stored.watchId);
    if (watch === undefined) gone.push(stored);
    else if (canonicalJson(watch) === canonicalJson(stored)) unchanged++;
    else changed.push(stored.watchId);
  }
  const added = [...missing.keys()].sort();
  const ids = gone.map(({ watchId }) => watchId).sort();
  return { diff: { added, changed: changed.sort(), gone: ids, unchanged }, gone };
}

interface UnitsDiff {
  /** New, changed, or with a watch that is. */
  readonly fresh: readonly Unit[];
  readonly stale: readonly Unit[];
  readonly all: readonly Unit[];
}

async function compareUnits(
  deps: Pick<Deps, 'watches'>,
  units: readonly Unit[],
  touched: ReadonlySet<string>,
): Promise<UnitsDiff> {
  const missing = new Map(units.map((unit) => [keyOf(unit), unit]));
  const fresh: Unit[] = [];
  const stale: Unit[] = [];
  for await (const stored of deps.watches.units()) {
    const unit = missing.get(keyOf(stored));
    missing.delete(keyOf(stored));
    if (unit === undefined) stale.push(stored);
    else if (!isSame(unit, stored) || watchesOf(unit).some((id) => touched.has(id)))
      fresh.push(unit);
  }
  return { fresh: [...fresh, ...missing.values()], stale, all: units };
}

function keyOf({ lane, every, slot, id }: Unit): string {
  return `${lane} ${every} ${slot} ${id}`;
}

function isSame(unit: Unit, stored: Unit): boolean {
  const { applyId: _, ...rest } = stored;
  return canonicalJson(unit) === canonicalJson(rest);
}

function watchesOf({ tags, filter }: Unit): string[] {
  const own = filter === undefined ? [] : [filter.terms.watchId];
  return [...own, ...tags.flatMap(({ terms }) => terms.map(({ watchId }) => watchId))];
}

interface Change {
  readonly applyId: string;
  readonly prune: boolean;
  readonly diff: WatchlistDiff;
  readonly units: UnitsDiff;
  readonly writer: Writer;
}

async function write(deps: ApplyDeps, compiled: CompiledWatchlist, change: Change): Promise<void> {
  const { applyId, prune, diff, units, writer } = change;
  const { policies, registries, trustRoots } = compiled;
  for (const [name, bytes] of trustRoots) {
    await writer(bytes.length, () => deps.trust.put(name, 1, bytes));
  }
  await writer(sizeOf([...policies.values()]), () => deps.watches.putPolicies(policies));
  await writer(sizeOf(registries), () => deps.watches.putRegistries(registries));
  const fresh = units.fresh.map((unit) => ({ ...unit, applyId }));
  await inParts(writer, fresh, (part) => deps.watches.putUnits(part));
  await noteFresh(deps, change);
  const changed = new Set([...diff.added, ...diff.changed]);
  const watches = compiled.watches.filter(({ watchId }) => changed.has(watchId));
  await inParts(writer, watches, (part) => deps.watches.putWatches(part));
  await inParts(writer, units.stale, (part) => deps.watches.removeUnits(part));
  if (prune) await inParts(writer, diff.gone, (part) => deps.watches.removeWatches(part));
}

async function inParts<T>(
  writer: Writer,
  values: readonly T[],
  work: (part: readonly T[]) => Promise<void>,
): Promise<void> {
  for await (const part of inBatches(values, BATCH)) {
    await writer(sizeOf(part), () => work(part));
  }
}

/** In bytes, as far as a table counts them: each item takes a whole number of its units. */
function sizeOf(values: readonly unknown[]): number {
  const whole = (bytes: number) => Math.ceil(bytes / WRITE_UNIT) * WRITE_UNIT;
  return values.reduce((sum: number, value) => {
    return sum + whole(Buffer.byteLength(JSON.stringify(value)));
  }, 0);
}

/** Tells every lane which intervals it has, and which of its units are due at once. */
async function noteFresh(
  deps: ApplyDeps,
  { applyId, units: { fresh, all }, writer }: Change,
): Promise<void> {
  const at = deps.clock.now();
  const due = Map.groupBy(fresh, ({ lane }) => lane);
  for (const [id, units] of Map.groupBy(all, ({ lane }) => lane)) {
    const intervals = INTERVALS.filter((every) => units.some((unit) => unit.every === every));
    const count = due.get(id)?.length ?? 0;
    const change = (stored: Lane | undefined) => {
      const lane = { ...(stored ?? newLane(id, tickOf(at))), intervals };
      if (count > 0) return withFresh(lane, { applyId, at, units: count, sent: false });
      return canonicalJson(intervals) === canonicalJson(stored?.intervals) ? undefined : lane;
    };
    await writer(WRITE_UNIT, () => updateLane(deps.lanes, id, change));
  }
}

/** Once for each apply, also when a write that seemed to fail is done again. */
function withFresh(lane: Lane, entry: FreshUnits): Lane {
  const others = (lane.fresh ?? []).filter(({ applyId }) => applyId !== entry.applyId);
  return { ...lane, fresh: [...others, entry] };
}
