import type { Unreadable } from '../../application/ports.ts';
import { ATTRIBUTE, KEY, padded, unitSortKey } from '../../contract/table-schema.ts';
import { messageOf } from '../../domain/errors.ts';
import { INTERVALS, type Interval, type LaneId, type Unit } from '../../domain/watch.ts';
import { documentOf, type Item, text, textOf, toPackedItem } from './item.ts';
import type { Lanes } from './lanes.ts';
import type { Condition, Table } from './table.ts';

/** Items `DUE#<lane>#<every>` / `<slot>#<unit id>`: what is scheduled. */
export class Units {
  readonly #table: Table;
  readonly #lanes: Lanes;

  constructor(table: Table, lanes: Lanes) {
    this.#table = table;
    this.#lanes = lanes;
  }

  async *all(): AsyncIterable<Unit> {
    for (const lane of await this.#lanes.lanes()) {
      for (const every of INTERVALS) yield* this.#read(lane, every);
    }
  }

  /** The lane is named first: a crash in between leaves a lane without units, never units that nobody finds. */
  async put(units: readonly Unit[]): Promise<void> {
    await this.#lanes.name([...new Set(units.map(({ lane }) => lane))]);
    await this.#table.batchWrite(units.map((unit) => toPackedItem(KEY.unit(unit), unit)));
  }

  async remove(units: readonly Unit[]): Promise<void> {
    await this.#table.batchWrite([], units.map(KEY.unit));
  }

  async *bySlot(
    lane: LaneId,
    every: Interval,
    range: { from: number; to: number; startAfter?: string },
    unreadable?: Unreadable,
  ): AsyncIterable<Unit> {
    const first = padded(range.from, 4);
    // Keys have no spaces: this is above the key itself and below every one that follows it.
    const next = range.startAfter === undefined ? first : `${range.startAfter} `;
    const [, low = first] = [first, next].sort();
    const high = `${padded(range.to, 4)}$`; // "$" follows "#"
    if (low > high) return;
    const sort = {
      expression: `${ATTRIBUTE.sk} BETWEEN :low AND :high`,
      values: { ':low': text(low), ':high': text(high) },
    };
    yield* this.#read(lane, every, sort, unreadable);
  }

  async *#read(
    lane: LaneId,
    every: Interval,
    sort?: Condition,
    unreadable?: Unreadable,
  ): AsyncIterable<Unit> {
    const items = this.#table.query({
      hash: [ATTRIBUTE.pk, KEY.units(lane, every)],
      ...(sort && { sort }),
      consistent: true,
    });
    for await (const item of items) {
      const unit = unreadable === undefined ? unitOf(item) : ifReadable(item, unreadable);
      if (unit !== undefined) yield unit;
    }
  }
}

function ifReadable(item: Item, unreadable: Unreadable): Unit | undefined {
  try {
    return unitOf(item);
  } catch (thrown) {
    unreadable(messageOf(thrown));
    return undefined;
  }
}

function unitOf(item: Item): Unit {
  return documentOf<Unit>(item, (found) => textOf(item, ATTRIBUTE.sk) === unitSortKey(found));
}
