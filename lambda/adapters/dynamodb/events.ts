import type { CommitResult, Delivery, EventStore, MarkedEvent } from '../../application/ports.ts';
import { ATTRIBUTE, EPOCH, INDEX, INDEX_KEY, KEY, shardOf } from '../../contract/table-schema.ts';
import { type EventRecord, eventIdOf } from '../../domain/event.ts';
import { DAY, laterOf, plus, type Timestamp } from '../../domain/time.ts';
import { StoreError } from './errors.ts';
import { distinct, first, sharded, verified } from './hints.ts';
import {
  documentIfReadable,
  documentOf,
  type Item,
  number,
  numberOf,
  text,
  textOf,
  toItem,
} from './item.ts';
import type { DynamoSightingStore } from './sightings.ts';
import type { DynamoStateStore } from './states.ts';
import type { Table } from './table.ts';

const FREE = { expression: `attribute_not_exists(${ATTRIBUTE.pk})` };
const EXISTS = { expression: `attribute_exists(${ATTRIBUTE.pk})` };
const MARKED = `attribute_exists(${ATTRIBUTE.outboxAt})`;
const UNMARK = `REMOVE ${ATTRIBUTE.outboxShard}, ${ATTRIBUTE.outboxAt}, ${ATTRIBUTE.claimedUntil}`;
const UNCLAIMED = `(attribute_not_exists(${ATTRIBUTE.claimedUntil}) OR ${ATTRIBUTE.claimedUntil} <= :now)`;
const PAGE = 50;

/** Items `TAG#<subject>` / `EVENT#<number>`, never rewritten but for their outbox mark. */
export class DynamoEventStore implements EventStore {
  readonly #table: Table;
  readonly #states: DynamoStateStore;
  readonly #sightings: DynamoSightingStore;

  constructor(table: Table, states: DynamoStateStore, sightings: DynamoSightingStore) {
    this.#table = table;
    this.#states = states;
    this.#sightings = sightings;
  }

  async commit(event: EventRecord): Promise<CommitResult> {
    if ((await this.#table.put(eventItem(event), FREE)) === 'done') return { kind: 'committed' };
    const winner = await this.get(event.subject, event.seq);
    // Events are never deleted: what was there a moment ago still is.
    if (winner === undefined) {
      throw new StoreError('CORRUPT', `event ${eventIdOf(event)} was there and is gone`);
    }
    return winner.commitId === event.commitId
      ? { kind: 'committed' }
      : { kind: 'collision', winner };
  }

  async project(event: EventRecord): Promise<void> {
    if (event.after !== undefined) await this.#states.project(event.after);
    await this.#sightings.record(event);
  }

  async get(subject: string, seq: number): Promise<EventRecord | undefined> {
    const item = await this.#table.get(KEY.event(subject, seq));
    return item && eventOf(item);
  }

  async history(
    subject: string,
    query: { before?: number; until?: Timestamp; limit: number },
  ): Promise<readonly EventRecord[]> {
    const { before, until, limit } = query;
    if (before !== undefined && before <= 0) return [];
    const last = before === undefined ? KEY.lastEvent : KEY.eventSort(before - 1);
    const items = this.#table.query({
      hash: [ATTRIBUTE.pk, KEY.events(subject)],
      sort: {
        expression: `${ATTRIBUTE.sk} BETWEEN :first AND :last`,
        values: { ':first': text(KEY.eventSort(0)), ':last': text(last) },
      },
      newestFirst: true,
      consistent: true,
      page: Math.min(Math.max(limit, 1), PAGE),
    });
    return first(notAfter(until, items), limit);
  }

  /** Both ends are included. */
  async *feed(query: { since: Timestamp; until: Timestamp }): AsyncIterable<EventRecord> {
    const since = laterOf(query.since, EPOCH);
    if (since > query.until) return;
    for (const day of daysDown(query.until, since)) {
      const rows = sharded(this.#table, {
        index: INDEX.feed,
        hash: (shard) => [ATTRIBUTE.feedShard, INDEX_KEY.feed(day, shard)],
        sort: ATTRIBUTE.feedAt,
        from: since,
        to: INDEX_KEY.until(query.until),
        newestFirst: true,
        page: PAGE,
      });
      yield* verified(this.#table, rows, readable);
    }
  }

  async due(now: Timestamp, limit: number): Promise<readonly MarkedEvent[]> {
    const rows = sharded(this.#table, {
      index: INDEX.outbox,
      hash: (shard) => [ATTRIBUTE.outboxShard, INDEX_KEY.outbox(shard)],
      sort: ATTRIBUTE.outboxAt,
      to: INDEX_KEY.until(now),
      page: Math.min(Math.max(limit, 1), PAGE),
    });
    const marked = verified(this.#table, rows, (item) => {
      const mark = readableMark(item);
      return mark !== undefined && mark.deliverAfter <= now ? mark : undefined;
    });
    return first(
      distinct(marked, ({ event }) => eventIdOf(event)),
      limit,
    );
  }

  async marked(subject: string): Promise<readonly MarkedEvent[]> {
    const rows = this.#table.query({
      index: INDEX.marks,
      hash: [ATTRIBUTE.pk, KEY.events(subject)],
      consistent: true,
    });
    const marks = verified(this.#table, rows, readableMark);
    const found = await Array.fromAsync(marks);
    return found.sort((a, b) => a.event.seq - b.event.seq);
  }

  async claim(
    subject: string,
    seq: number,
    now: Timestamp,
    until: Timestamp,
  ): Promise<'done' | 'conflict'> {
    return this.#table.update(KEY.event(subject, seq), `SET ${ATTRIBUTE.claimedUntil} = :until`, {
      expression: `${MARKED} AND ${UNCLAIMED}`,
      values: { ':now': text(now), ':until': text(until) },
    });
  }

  async unmark(subject: string, seq: number): Promise<void> {
    await this.#table.update(KEY.event(subject, seq), UNMARK, EXISTS);
  }

  async defer(
    subject: string,
    seq: number,
    attempts: number,
    deliverAfter: Timestamp,
  ): Promise<void> {
    const mark = `SET ${ATTRIBUTE.outboxAt} = :at, ${ATTRIBUTE.attempts} = :attempts`;
    const change = `${mark} REMOVE ${ATTRIBUTE.claimedUntil}`;
    await this.#table.update(KEY.event(subject, seq), change, {
      expression: MARKED,
      values: {
        ':at': text(INDEX_KEY.at(deliverAfter, seq, subject)),
        ':attempts': number(attempts),
      },
    });
  }

  async delivery(subject: string, seq: number): Promise<Delivery | undefined> {
    const item = await this.#table.get(KEY.event(subject, seq));
    if (item === undefined) return undefined;
    const why = textOf(item, ATTRIBUTE.setAside);
    if (why !== undefined) return { kind: 'set aside', why };
    if (textOf(item, ATTRIBUTE.outboxAt) === undefined) return { kind: 'done' };
    return { kind: 'waiting', attempts: numberOf(item, ATTRIBUTE.attempts) ?? 0 };
  }

  async setAside(subject: string, seq: number, why: string): Promise<void> {
    const change = `SET ${ATTRIBUTE.setAside} = :why ${UNMARK}`;
    await this.#table.update(KEY.event(subject, seq), change, {
      expression: EXISTS.expression,
      values: { ':why': text(why.slice(0, 1000)) },
    });
  }
}

function eventItem(event: EventRecord): Item {
  const { subject, seq, at } = event;
  return toItem(KEY.event(subject, seq), event, {
    [ATTRIBUTE.feedShard]: text(INDEX_KEY.feed(at.slice(0, 10), shardOf(subject))),
    [ATTRIBUTE.feedAt]: text(INDEX_KEY.at(at, seq, subject)),
    [ATTRIBUTE.outboxShard]: text(INDEX_KEY.outbox(shardOf(subject))),
    [ATTRIBUTE.outboxAt]: text(INDEX_KEY.at(at, seq, subject)),
  });
}

function eventOf(item: Item): EventRecord {
  return documentOf<EventRecord>(item, (found) => isKeyOf(item, found));
}

/** Where several are read, an event of a newer program is left for that program. */
function readable(item: Item): EventRecord | undefined {
  return documentIfReadable<EventRecord>(item, (found) => isKeyOf(item, found));
}

function isKeyOf(item: Item, { subject, seq }: EventRecord): boolean {
  const { pk, sk } = KEY.event(subject, seq);
  return textOf(item, ATTRIBUTE.pk) === pk && textOf(item, ATTRIBUTE.sk) === sk;
}

function readableMark(item: Item): MarkedEvent | undefined {
  const event = readable(item);
  const at = textOf(item, ATTRIBUTE.outboxAt);
  if (event === undefined || at === undefined) return undefined;
  return {
    event,
    attempts: numberOf(item, ATTRIBUTE.attempts) ?? 0,
    deliverAfter: INDEX_KEY.timeOf(at),
  };
}

async function* notAfter(
  until: Timestamp | undefined,
  items: AsyncIterable<Item>,
): AsyncGenerator<EventRecord> {
  for await (const item of items) {
    const event = eventOf(item);
    if (until === undefined || event.at <= until) yield event;
  }
}

function* daysDown(from: Timestamp, to: Timestamp): Generator<string> {
  const last = to.slice(0, 10);
  for (let at = from; at.slice(0, 10) >= last; at = plus(at, -DAY)) yield at.slice(0, 10);
}
