import type { Receipt, Run, RunStore } from '../../application/ports.ts';
import { ATTRIBUTE, type ItemKey, KEY } from '../../contract/table-schema.ts';
import {
  DAY,
  type Duration,
  laterOf,
  millisecondsOf,
  plus,
  SECOND,
  type Timestamp,
} from '../../domain/time.ts';
import { documentOf, type Item, number, textOf, toItem } from './item.ts';
import type { Table } from './table.ts';

/** How long they are kept, the totals of a run longer than the receipts that they are the sum of. */
const KEPT = { receipts: 14 * DAY, baselines: 90 * DAY, runs: 90 * DAY };

/** Items `JOB#<tick>`, `RUN#<day>`, and `BASELINE#<apply>` with the receipts that took a baseline. */
export class DynamoRunStore implements RunStore {
  readonly #table: Table;
  readonly #now: () => Timestamp;

  constructor(table: Table, now: () => Timestamp) {
    this.#table = table;
    this.#now = now;
  }

  /** The copy for the baseline goes first: a receipt that is there says that all is there. */
  async putReceipt(receipt: Receipt): Promise<void> {
    const key = KEY.receipt(receipt.tick, receipt.job, receipt.offset);
    if (receipt.baseline !== undefined) {
      const copy = { ...key, pk: KEY.baseline(receipt.baseline.applyId) };
      await this.#putOnce(copy, receipt, KEPT.baselines);
    }
    await this.#putOnce(key, receipt, KEPT.receipts);
  }

  receipts(tick: Timestamp): AsyncIterable<Receipt> {
    return this.#receiptsIn(KEY.receipts(tick));
  }

  baselineReceipts(applyId: string): AsyncIterable<Receipt> {
    return this.#receiptsIn(KEY.baseline(applyId));
  }

  async putRun(run: Run): Promise<void> {
    await this.#table.put(toItem(KEY.run(run.tick), run, ttlFrom(run.tick, KEPT.runs)));
  }

  async *runs(since: Timestamp): AsyncIterable<Run> {
    const now = this.#now();
    const first = laterOf(since, plus(now, -KEPT.runs));
    // A tick is the clock floored to the minute; one day on, for clocks that differ.
    for (let day = plus(now, DAY); day.slice(0, 10) >= first.slice(0, 10); day = plus(day, -DAY)) {
      const items = this.#table.query({
        hash: [ATTRIBUTE.pk, KEY.runs(day.slice(0, 10))],
        newestFirst: true,
        consistent: true,
      });
      for await (const item of items) {
        const run = documentOf<Run>(item, ({ tick }) => tick === textOf(item, ATTRIBUTE.sk));
        if (run.tick >= first) yield run;
      }
    }
  }

  async #putOnce(key: ItemKey, receipt: Receipt, kept: Duration): Promise<void> {
    await this.#table.put(toItem(key, receipt, ttlFrom(receipt.at, kept)), {
      expression: `attribute_not_exists(${ATTRIBUTE.pk})`,
    });
  }

  async *#receiptsIn(partition: string): AsyncIterable<Receipt> {
    const items = this.#table.query({ hash: [ATTRIBUTE.pk, partition], consistent: true });
    for await (const item of items) {
      yield documentOf<Receipt>(
        item,
        ({ tick, job, offset }) => KEY.receipt(tick, job, offset).sk === textOf(item, ATTRIBUTE.sk),
      );
    }
  }
}

function ttlFrom(at: Timestamp, kept: Duration): Item {
  return { [ATTRIBUTE.ttl]: number(Math.ceil((millisecondsOf(at) + kept) / SECOND)) };
}
