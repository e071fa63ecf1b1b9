/**
 * The single table: what its keys, attributes and indexes are called. Shared by the stack, which
 * creates it, the embedded database, which imitates it, and the store, which reads and writes it.
 *
 * Every item has `pk`, `sk`, its major version `v` and, but for trust roots, its content as one
 * JSON text in `doc`, or the same text deflated (RFC 1951) in `packed`; only what a condition or an
 * index needs is an attribute of its own.
 */
export const ATTRIBUTE = {
  pk: 'pk',
  sk: 'sk',
  version: 'v',
  doc: 'doc',
  packed: 'packed',
  seq: 'seq',
  rev: 'rev',
  /** Seconds since the epoch, as DynamoDB's time to live wants it. Nothing relies on the deletion. */
  ttl: 'ttl',
  bytes: 'bytes',
  /** When its TUF repository last confirmed a trust root. */
  refreshedAt: 'refreshedAt',
  pendingShard: 'pendingShard',
  pendingAt: 'pendingAt',
  repository: 'repository',
  repositoryTag: 'repositoryTag',
  feedShard: 'feedShard',
  feedAt: 'feedAt',
  outboxShard: 'outboxShard',
  outboxAt: 'outboxAt',
  /** How often delivery of the event was tried. */
  attempts: 'attempts',
  /** Until when the delivery of the event is one process's own. */
  claimedUntil: 'claimedUntil',
  /** Why the publisher refused the event for good. */
  setAside: 'setAside',
} as const;

export const INDEX = {
  /** Sparse: states with something to look at again, by when. */
  pending: 'pending',
  /** States of a repository, by tag. */
  repository: 'repo',
  /** Events of a day, by time. */
  feed: 'feed',
  /** Sparse: events whose alert is not delivered, by when to try. */
  outbox: 'outbox',
  /**
   * Sparse: undelivered events of one subject. Local, so that it can be read consistently without
   * reading the whole history; in return all items of one hash key may have 10 GB together.
   */
  marks: 'marks',
} as const;

/** A hash key of an index or a busy partition is spread over this many. */
export const SHARDS = 8;

/** FNV-1a over UTF-16 code units, its high bits mixed into the low: spreads keys, and needs to do no more. */
function spread(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function shardOf(key: string): number {
  return spread(key) % SHARDS;
}

/** Text order is number order up to 10 digits. */
export function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const dayOf = (at: string) => at.slice(0, 10);

/** Sort key of a unit, `<slot>#<unit id>`: what a round that reached its size resumes after. */
export function unitSortKey(unit: { slot: number; id: string }): string {
  return `${padded(unit.slot, 4)}#${unit.id}`;
}

/** Keys of the items. */
export const KEY = {
  watches: (shard: number): string => `WATCH#${shard}`,
  watch: (id: string): ItemKey => ({ pk: KEY.watches(shardOf(id)), sk: id }),
  policy: (hash: string): ItemKey => ({ pk: `POLICY#${hash}`, sk: 'POLICY' }),
  registries: 'REGISTRIES',
  registry: (host: string): ItemKey => ({ pk: KEY.registries, sk: host }),
  units: (lane: string, every: number): string => `DUE#${lane}#${every}`,
  unit: (unit: { lane: string; every: number; slot: number; id: string }): ItemKey => ({
    pk: KEY.units(unit.lane, unit.every),
    sk: unitSortKey(unit),
  }),
  state: (tagKey: string): ItemKey => ({ pk: `STATE#${tagKey}`, sk: 'STATE' }),
  events: (subject: string): string => `TAG#${subject}`,
  eventSort: (seq: number): string => `EVENT#${padded(seq, 10)}`,
  lastEvent: `EVENT#${'9'.repeat(10)}`,
  event: (subject: string, seq: number): ItemKey => ({
    pk: KEY.events(subject),
    sk: KEY.eventSort(seq),
  }),
  sightings: (digest: string): string => `DIGEST#${digest}`,
  sightingsOf: (tagKey: string): string => `${tagKey}#`,
  sighting: (digest: string, tagKey: string, seq: number): ItemKey => ({
    pk: KEY.sightings(digest),
    sk: `${KEY.sightingsOf(tagKey)}${padded(seq, 10)}`,
  }),
  receipts: (tick: string): string => `JOB#${tick}`,
  receipt: (tick: string, job: string, offset: number): ItemKey => ({
    pk: KEY.receipts(tick),
    sk: `${job}/${padded(offset, 6)}`,
  }),
  baseline: (applyId: string): string => `BASELINE#${applyId}`,
  runs: (day: string): string => `RUN#${day}`,
  run: (tick: string): ItemKey => ({ pk: KEY.runs(dayOf(tick)), sk: tick }),
  /** The names of all lanes; each lane's own item is `KEY.lane`. */
  lanes: 'LANES',
  laneName: (lane: string): ItemKey => ({ pk: KEY.lanes, sk: lane }),
  lane: (lane: string): ItemKey => ({ pk: `LANE#${lane}`, sk: 'LANE' }),
  trustRoots: (name: string): string => `TRUST#${name}`,
  trustRoot: (name: string, version: number): ItemKey => ({
    pk: KEY.trustRoots(name),
    sk: padded(version, 10),
  }),
  /** What the refreshes of a trust root left behind. */
  trustRefresh: (name: string): ItemKey => ({ pk: `TRUST#refresh#${name}`, sk: 'REFRESH' }),
  /** What a deployment applied last. */
  applied: { pk: 'APPLIED', sk: 'APPLIED' } satisfies ItemKey,
  /** The store's own id, part of every event id that machines see. */
  store: { pk: 'STORE', sk: 'STORE' } satisfies ItemKey,
} as const;

/** Keys of the indexes. */
export const INDEX_KEY = {
  pending: (shard: number): string => `PEND#${shard}`,
  repository: (repository: string): string => `REPO#${repository}`,
  feed: (day: string, shard: number): string => `FEED#${day}#${shard}`,
  outbox: (shard: number): string => `OUTBOX#${shard}`,
  /** `<time>#<number>#<hash of the subject>`: in order of time, unique, and short. */
  at: (at: string, seq: number, subject: string): string =>
    `${at}#${padded(seq, 10)}#${spread(subject).toString(16)}`,
  /** Above every key made by `at` with that time, below those with a later one. */
  until: (at: string): string => `${at}$`,
  /** The time in a key made by `at`. */
  timeOf: (key: string): string => key.slice(0, key.indexOf('#')),
} as const;

/** No event can be older: bounds how far back an unlimited question about the feed looks. */
export const EPOCH = '2025-01-01T00:00:00.000Z';

interface KeyElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

interface IndexDescription {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: 'KEYS_ONLY' };
}

/** The argument of CreateTable. */
export interface TableDescription {
  TableName: string;
  BillingMode: 'PAY_PER_REQUEST';
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' }[];
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes: IndexDescription[];
  LocalSecondaryIndexes: IndexDescription[];
}

const keys = (hash: string, range: string): KeyElement[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];

/** Only keys are projected: a row stays under 500 bytes, and what it hints at is read from the item. */
const index = (name: string, hash: string, range: string): IndexDescription => ({
  IndexName: name,
  KeySchema: keys(hash, range),
  Projection: { ProjectionType: 'KEYS_ONLY' },
});

export function describeTable(tableName: string): TableDescription {
  const a = ATTRIBUTE;
  const globals = [
    index(INDEX.pending, a.pendingShard, a.pendingAt),
    index(INDEX.repository, a.repository, a.repositoryTag),
    index(INDEX.feed, a.feedShard, a.feedAt),
    index(INDEX.outbox, a.outboxShard, a.outboxAt),
  ];
  const locals = [index(INDEX.marks, a.pk, a.outboxAt)];
  const schema = keys(a.pk, a.sk);
  const attributes = [schema, ...[...globals, ...locals].map((each) => each.KeySchema)]
    .flat()
    .map((each) => each.AttributeName);
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Set(attributes)].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    KeySchema: schema,
    GlobalSecondaryIndexes: globals,
    LocalSecondaryIndexes: locals,
  };
}
