import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type {
  EventStore,
  LaneStore,
  RunStore,
  SightingStore,
  StateStore,
  TrustStore,
  WatchStore,
} from '../../application/ports.ts';
import { KEY } from '../../contract/table-schema.ts';
import { type Timestamp, timestampOf } from '../../domain/time.ts';
import { backoffOf } from './backoff.ts';
import { StoreError } from './errors.ts';
import { DynamoEventStore } from './events.ts';
import { documentOf, toItem } from './item.ts';
import { Lanes } from './lanes.ts';
import { DynamoRunStore } from './runs.ts';
import { DynamoSightingStore } from './sightings.ts';
import { DynamoStateStore } from './states.ts';
import { Table } from './table.ts';
import { DynamoTrustStore } from './trust.ts';
import { Units } from './units.ts';
import { DynamoWatchStore } from './watches.ts';

export { StoreError, type StoreErrorCode } from './errors.ts';

export interface Store {
  readonly states: StateStore;
  readonly events: EventStore;
  readonly sightings: SightingStore;
  readonly watches: WatchStore;
  readonly lanes: LaneStore;
  readonly runs: RunStore;
  readonly trust: TrustStore;
  /** The store's own id, made when it is first asked for; machines see it in front of event ids. */
  id(): Promise<string>;
}

export interface StoreOptions {
  readonly tableName: string;
  /** @default the system's clock */
  readonly now?: () => Timestamp;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
  /** Resolves after that many milliseconds. @default a timer */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** The same store on the real service and on the embedded database: only the client differs. */
export function createStore(client: DynamoDBClient, options: StoreOptions): Store {
  const {
    now = () => timestampOf(Date.now()),
    random = Math.random,
    sleep = (milliseconds) => pause(milliseconds),
  } = options;
  const table = new Table(client, options.tableName, backoffOf({ random, sleep }));
  const states = new DynamoStateStore(table);
  const sightings = new DynamoSightingStore(table);
  const lanes = new Lanes(table);
  return {
    states,
    sightings,
    lanes,
    events: new DynamoEventStore(table, states, sightings),
    watches: new DynamoWatchStore(table, new Units(table, lanes)),
    runs: new DynamoRunStore(table, now),
    trust: new DynamoTrustStore(table),
    id: () => idOf(table),
  };
}

async function idOf(table: Table): Promise<string> {
  const made = { id: randomUUID() };
  const read = async () => {
    const item = await table.get(KEY.store);
    return item && documentOf<{ id: string }>(item, ({ id }) => typeof id === 'string').id;
  };
  const found = await read();
  if (found !== undefined) return found;
  await table.put(toItem(KEY.store, made), { expression: 'attribute_not_exists(pk)' });
  const id = await read();
  if (id === undefined) throw new StoreError('CORRUPT', 'the id of the store vanished');
  return id;
}
