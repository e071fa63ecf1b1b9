import type { EventRecord } from '../domain/event.ts';
import type {
  Clock,
  EventStore,
  IdSource,
  JobQueue,
  LaneStore,
  Logger,
  Publisher,
  Registry,
  RunStore,
  SightingStore,
  StateStore,
  TrustStore,
  Verifier,
  WatchStore,
  WorkQueue,
} from './ports.ts';

/** Everything the use cases need from outside; each takes the part that it uses. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly ids: IdSource;
  /** Put in front of event ids for machines, so that those of two stores differ. */
  readonly storeId: string;
  readonly registry: Registry;
  readonly verifier: Verifier;
  readonly states: StateStore;
  readonly events: EventStore;
  readonly sightings: SightingStore;
  readonly watches: WatchStore;
  readonly lanes: LaneStore;
  readonly runs: RunStore;
  readonly trust: TrustStore;
  readonly queue: JobQueue;
  readonly publisher: Publisher;
  /** Told of every event right after its commit: wakes deliver, prints progress. Must not throw. */
  readonly onCommit?: (event: EventRecord) => void;
}

/** Of one process that does everything, and so also works what it sends. */
export interface ProcessDeps extends Deps {
  readonly queue: WorkQueue;
}
