import type { Lane, LaneStore } from '../../application/ports.ts';
import { ATTRIBUTE, KEY } from '../../contract/table-schema.ts';
import type { LaneId } from '../../domain/watch.ts';
import { documentOf, number, textOf, toItem } from './item.ts';
import type { Table } from './table.ts';

/** Items `LANE#<lane>`, and `LANES` with their names: those of all units that were ever put. */
export class Lanes implements LaneStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async lanes(): Promise<readonly LaneId[]> {
    const items = this.#table.query({ hash: [ATTRIBUTE.pk, KEY.lanes], consistent: true });
    const names = await Array.fromAsync(items, (item) => textOf(item, ATTRIBUTE.sk));
    return names.filter((name) => name !== undefined);
  }

  async name(lanes: readonly LaneId[]): Promise<void> {
    await this.#table.batchWrite(lanes.map((lane) => toItem(KEY.laneName(lane), { lane })));
  }

  async read(lane: LaneId): Promise<Lane | undefined> {
    const item = await this.#table.get(KEY.lane(lane));
    return item && documentOf<Lane>(item, ({ id }) => id === lane);
  }

  async write(lane: Lane, expectedRev: number | 'absent'): Promise<'done' | 'conflict'> {
    const item = toItem(KEY.lane(lane.id), lane, { [ATTRIBUTE.rev]: number(lane.rev) });
    if (expectedRev === 'absent') {
      return this.#table.put(item, { expression: `attribute_not_exists(${ATTRIBUTE.pk})` });
    }
    return this.#table.put(item, {
      expression: `${ATTRIBUTE.rev} = :rev`,
      values: { ':rev': number(expectedRev) },
    });
  }
}
