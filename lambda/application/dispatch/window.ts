import { unitSortKey } from '../../contract/table-schema.ts';
import { MINUTE, millisecondsOf, type Timestamp } from '../../domain/time.ts';
import { INTERVALS, type Interval, type Unit } from '../../domain/watch.ts';
import type { Lane, LaneWindow, Unreadable, WatchStore } from '../ports.ts';

/** Slots `from` to `to`, both included. */
export type SlotRange = readonly [from: number, to: number];

/** The slots of an interval whose minute lies in `(from, to]`, in rising order. */
export function slotsDue(from: Timestamp, to: Timestamp, every: Interval): SlotRange[] {
  const first = minuteOf(from) + 1;
  const last = minuteOf(to);
  if (last < first) return [];
  if (last - first + 1 >= every) return [[0, every - 1]];
  const [low, high] = [first % every, last % every];
  if (low <= high) return [[low, high]];
  return [
    [0, high],
    [low, every - 1],
  ];
}

function minuteOf(at: Timestamp): number {
  return Math.floor(millisecondsOf(at) / MINUTE);
}

/**
 * The units of a window, each once, always in the same order and after the place where an earlier
 * round stopped. Units that one of the window's applies wrote are due whatever their slot.
 */
export async function* dueUnits(
  watches: Pick<WatchStore, 'unitsBySlot'>,
  lane: Lane,
  window: LaneWindow,
  unreadable?: Unreadable,
): AsyncGenerator<Unit> {
  const of = (every: Interval, after?: string) =>
    dueOf(watches, lane, window, { every, after, unreadable });
  const resume = resumption(window.resumeAt);
  for (const every of lane.intervals) {
    if (resume === undefined || every > resume.every) yield* of(every);
    if (resume?.every === every) yield* of(every, resume.key);
  }
}

async function* dueOf(
  watches: Pick<WatchStore, 'unitsBySlot'>,
  lane: Lane,
  window: LaneWindow,
  {
    every,
    after,
    unreadable,
  }: {
    readonly every: Interval;
    readonly after: string | undefined;
    readonly unreadable: Unreadable | undefined;
  },
): AsyncGenerator<Unit> {
  const due = slotsDue(window.from, window.to, every);
  const ranges: SlotRange[] = window.applies.length > 0 ? [[0, every - 1]] : due;
  for (const [from, to] of ranges) {
    for await (const unit of watches.unitsBySlot(lane.id, every, from, to, after, unreadable)) {
      if (isFresh(unit, window) || isIn(due, unit.slot)) yield unit;
    }
  }
}

function isIn(ranges: readonly SlotRange[], slot: number): boolean {
  return ranges.some(([from, to]) => from <= slot && slot <= to);
}

export function isFresh(unit: Unit, window: LaneWindow): boolean {
  return unit.applyId !== undefined && window.applies.includes(unit.applyId);
}

/** Where a round that ended with this unit goes on. */
export function resumeAfter(unit: Unit): string {
  return `${unit.every}/${unitSortKey(unit)}`;
}

/** What {@link resumeAfter} said; undefined also for what it never says. */
export function resumption(
  resumeAt: string | undefined,
): { readonly every: Interval; readonly key: string } | undefined {
  if (resumeAt === undefined) return undefined;
  const slash = resumeAt.indexOf('/');
  const every = INTERVALS.find((interval) => String(interval) === resumeAt.slice(0, slash));
  return every === undefined ? undefined : { every, key: resumeAt.slice(slash + 1) };
}
