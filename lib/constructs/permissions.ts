import { ATTRIBUTE, INDEX, INDEX_KEY, KEY } from '../../lambda/contract/table-schema.ts';
import type { Permissions } from './table-access.ts';

/** The pattern of all keys that begin like this one. */
const any = (key: string): string => `${key.slice(0, key.indexOf('#') + 1)}*`;

const ITEM = {
  watches: any(KEY.watches(0)),
  policies: any(KEY.policy('').pk),
  registries: KEY.registries,
  units: any(KEY.units('', 0)),
  states: any(KEY.state('').pk),
  events: any(KEY.events('')),
  sightings: any(KEY.sightings('')),
  receipts: any(KEY.receipts('')),
  baselines: any(KEY.baseline('')),
  runs: any(KEY.runs('')),
  laneNames: KEY.lanes,
  lanes: any(KEY.lane('').pk),
  trustRoots: any(KEY.trustRoots('')),
  store: KEY.store.pk,
  applied: KEY.applied.pk,
} as const;

const ROWS = {
  pending: { [INDEX.pending]: [any(INDEX_KEY.pending(0))] },
  repository: { [INDEX.repository]: [any(INDEX_KEY.repository(''))] },
  feed: { [INDEX.feed]: [any(INDEX_KEY.feed('', 0))] },
  outbox: { [INDEX.outbox]: [any(INDEX_KEY.outbox(0))] },
  /** Local: by the keys of the events themselves. */
  marks: { [INDEX.marks]: [ITEM.events] },
} as const;

/** The root that comes over TUF. Those of policies come with the watch list, and are named by their hash. */
const PUBLIC_GOOD = [KEY.trustRoots('public-good'), KEY.trustRefresh('public-good').pk];

/** Events about a lane or an apply, which dispatch writes: what happened to a tag is for scan to say. */
const NOT_OF_TAGS = [KEY.events('registry:*'), KEY.events('baseline:*')];

const KEYS = [ATTRIBUTE.pk, ATTRIBUTE.sk];
const MARK = [ATTRIBUTE.outboxShard, ATTRIBUTE.outboxAt, ATTRIBUTE.claimedUntil];

/**
 * Which function may do what with which items: what `docs/architecture.md` says each of them needs,
 * and no more. Only scan writes events of tags, only apply watches and policies, only deliver can
 * tell anybody.
 */
export const PERMISSIONS = {
  dispatch: {
    read: [
      ...[ITEM.laneNames, ITEM.lanes, ITEM.units, ITEM.states, ITEM.baselines],
      ...NOT_OF_TAGS,
    ],
    put: [ITEM.lanes, ITEM.states, ITEM.runs, ...NOT_OF_TAGS],
    indexes: { ...ROWS.pending, ...ROWS.repository },
  },
  scan: {
    read: [
      ...[ITEM.states, ITEM.policies, ITEM.registries, ITEM.lanes, ITEM.trustRoots],
      ...[ITEM.events, ITEM.sightings, ITEM.receipts, ITEM.runs],
      // Who watches a tag that somebody acknowledges; a job has that with it.
      ITEM.units,
    ],
    put: [ITEM.states, ITEM.events, ITEM.lanes, ITEM.receipts, ITEM.baselines],
    batchWrite: [ITEM.sightings],
    // What is not to be told loses its mark at once.
    update: { keys: [ITEM.events], attributes: [...KEYS, ...MARK] },
    indexes: { ...ROWS.repository },
  },
  deliver: {
    read: [ITEM.events, ITEM.store],
    put: [ITEM.states, ITEM.store],
    batchWrite: [ITEM.sightings],
    // Never what an event says: only how its delivery goes.
    update: {
      keys: [ITEM.events],
      attributes: [...KEYS, ...MARK, ATTRIBUTE.attempts, ATTRIBUTE.setAside],
    },
    indexes: { ...ROWS.outbox, ...ROWS.marks },
  },
  apply: {
    read: [
      ...[ITEM.watches, ITEM.registries, ITEM.units, ITEM.laneNames, ITEM.lanes],
      ...[ITEM.trustRoots, ITEM.applied],
    ],
    put: [ITEM.lanes, ITEM.applied, KEY.trustRoots('sha256:*')],
    batchWrite: [ITEM.watches, ITEM.policies, ITEM.registries, ITEM.units, ITEM.laneNames],
  },
  /** Everything, and only to read. */
  history: {
    read: Object.values(ITEM),
    indexes: { ...ROWS.pending, ...ROWS.repository, ...ROWS.feed, ...ROWS.outbox, ...ROWS.marks },
  },
  refreshTrust: {
    read: [ITEM.trustRoots],
    put: PUBLIC_GOOD,
    // A root that is still the newest is confirmed.
    update: { keys: PUBLIC_GOOD, attributes: [...KEYS, ATTRIBUTE.refreshedAt] },
  },
} as const satisfies Record<string, Permissions>;
