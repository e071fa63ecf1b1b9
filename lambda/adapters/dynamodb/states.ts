import type { StateRead, StateStore } from '../../application/ports.ts';
import { ATTRIBUTE, INDEX, INDEX_KEY, KEY, shardOf } from '../../contract/table-schema.ts';
import { messageOf } from '../../domain/errors.ts';
import type { RepositoryKey, TagKey } from '../../domain/reference.ts';
import type { TagState } from '../../domain/state.ts';
import type { Timestamp } from '../../domain/time.ts';
import { distinct, sharded, verified } from './hints.ts';
import { documentOf, type Item, number, text, toItem } from './item.ts';
import type { Table } from './table.ts';

const ABSENT = `attribute_not_exists(${ATTRIBUTE.pk})`;

/** Items `STATE#<tag key>`: what is remembered of each tag. */
export class DynamoStateStore implements StateStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async readMany(keys: readonly TagKey[]): Promise<ReadonlyMap<TagKey, StateRead>> {
    const { items, unread } = await this.#table.batchGet(keys.map(KEY.state), {
      consistent: false,
      documents: true,
    });
    return new Map(
      keys.map((key) => {
        const { pk, sk } = KEY.state(key);
        const id = `${pk}\n${sk}`;
        return [key, unread.has(id) ? UNPROCESSED : stateRead(key, items.get(id))];
      }),
    );
  }

  async read(key: TagKey): Promise<StateRead> {
    return stateRead(key, await this.#table.get(KEY.state(key)));
  }

  async remember(
    state: TagState,
    expected: { seq: number; rev: number } | 'absent',
  ): Promise<'done' | 'conflict'> {
    if (expected === 'absent') return this.#table.put(stateItem(state), { expression: ABSENT });
    return this.#table.put(stateItem(state), {
      expression: `${ATTRIBUTE.seq} = :seq AND ${ATTRIBUTE.rev} = :rev`,
      values: { ':seq': number(expected.seq), ':rev': number(expected.rev) },
    });
  }

  /** The state that an event carries, unless a later one is there. */
  async project(state: TagState): Promise<void> {
    await this.#table.put(stateItem(state), {
      expression: `${ABSENT} OR ${ATTRIBUTE.seq} < :seq`,
      values: { ':seq': number(state.seq) },
    });
  }

  ofRepository(repository: RepositoryKey): AsyncIterable<TagState> {
    const rows = this.#table.query({
      index: INDEX.repository,
      hash: [ATTRIBUTE.repository, INDEX_KEY.repository(repository)],
    });
    return verified(this.#table, rows, (item) => readable(item));
  }

  pending(now: Timestamp, unreadable?: (why: string) => void): AsyncIterable<TagState> {
    const rows = sharded(this.#table, {
      index: INDEX.pending,
      hash: (shard) => [ATTRIBUTE.pendingShard, INDEX_KEY.pending(shard)],
      sort: ATTRIBUTE.pendingAt,
      to: INDEX_KEY.until(now),
      page: 100,
    });
    const states = verified(this.#table, rows, (item) => {
      const state = readable(item, unreadable);
      return state?.nextCheckAt !== undefined && state.nextCheckAt <= now ? state : undefined;
    });
    return distinct(states, (state) => state.tagKey);
  }
}

const UNPROCESSED: StateRead = {
  kind: 'unread',
  detail: 'the database left the state unprocessed again and again',
};

function stateRead(key: TagKey, item: Item | undefined): StateRead {
  if (item === undefined) return { kind: 'absent' };
  try {
    return { kind: 'found', state: documentOf<TagState>(item, (found) => found.tagKey === key) };
  } catch (thrown) {
    return { kind: 'unread', detail: messageOf(thrown) };
  }
}

function readable(item: Item, unreadable?: (why: string) => void): TagState | undefined {
  try {
    return documentOf<TagState>(item, (found) => isKeyOf(item, found.tagKey));
  } catch (thrown) {
    unreadable?.(messageOf(thrown));
    return undefined;
  }
}

function isKeyOf(item: Item, tagKey: TagKey): boolean {
  return item[ATTRIBUTE.pk]?.S === KEY.state(tagKey).pk;
}

/** `seq` and `rev` for the conditions, and the keys of the indexes the state is to be found by. */
function stateItem(state: TagState): Item {
  const { tagKey, nextCheckAt, seq } = state;
  return toItem(KEY.state(tagKey), state, {
    [ATTRIBUTE.seq]: number(seq),
    [ATTRIBUTE.rev]: number(state.rev),
    [ATTRIBUTE.repository]: text(INDEX_KEY.repository(`${state.registry}/${state.repository}`)),
    [ATTRIBUTE.repositoryTag]: text(tagKey.slice(tagKey.lastIndexOf('/') + 1)),
    ...(nextCheckAt !== undefined && {
      [ATTRIBUTE.pendingShard]: text(INDEX_KEY.pending(shardOf(tagKey))),
      [ATTRIBUTE.pendingAt]: text(INDEX_KEY.at(nextCheckAt, seq, tagKey)),
    }),
  });
}
