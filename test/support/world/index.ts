import { createRegistryClient } from '../../../lambda/adapters/registry/index.ts';
import type { TagApiKind } from '../../../lambda/adapters/registry/tag-api.ts';
import { createFifoQueue, type FifoQueue } from '../../../lambda/adapters/runtime/fifo-queue.ts';
import { createRandomIds } from '../../../lambda/adapters/runtime/ids.ts';
import { createQuietLogger } from '../../../lambda/adapters/runtime/logger.ts';
import { createVerifier, publicGoodTrustedRoot } from '../../../lambda/adapters/sigstore/index.ts';
import { type ApplyReport, applyWatchlist } from '../../../lambda/application/apply.ts';
import { type DeliveryReport, deliver } from '../../../lambda/application/deliver.ts';
import type { Deps } from '../../../lambda/application/deps.ts';
import { type DispatchReport, dispatch } from '../../../lambda/application/dispatch.ts';
import type { AlertMessage, Logger, Publisher } from '../../../lambda/application/ports.ts';
import { recoverLanes } from '../../../lambda/application/run/recover-lanes.ts';
import { scanJob } from '../../../lambda/application/scan.ts';
import { messageOf } from '../../../lambda/domain/errors.ts';
import type { EventRecord } from '../../../lambda/domain/event.ts';
import { PUBLIC_GOOD, type TrustRootName } from '../../../lambda/domain/policy.ts';
import { type Duration, MINUTE, millisecondsOf, plus } from '../../../lambda/domain/time.ts';
import type { CompiledWatchlist } from '../../../lambda/domain/watch.ts';
import { parseWatchlist } from '../../../lambda/domain/watchlist/index.ts';
import {
  type RegistryDouble,
  type RegistryOptions,
  serveTagApi,
  startRegistry,
  type TagApiDouble,
} from '../registry/index.ts';
import { startStore, type TestStore } from '../store/index.ts';
import { ManualClock } from './clock.ts';

export { ManualClock, settled } from './clock.ts';

export const START = '2026-03-19T03:00:30.000Z';

/** Keeps what it was given; fails as long as `fail` says so. */
export class RecordingPublisher implements Publisher {
  readonly messages: AlertMessage[] = [];
  fail: ((message: AlertMessage) => Error | undefined) | undefined;

  async publish(message: AlertMessage): Promise<void> {
    const failure = this.fail?.(message);
    if (failure !== undefined) throw failure;
    this.messages.push(message);
  }

  /** Ids, in the order of delivery. */
  get ids(): string[] {
    return this.messages.map(({ event }) => `${event.subject}#${event.seq}`);
  }
}

export interface WorldOptions {
  readonly registry?: RegistryOptions;
  readonly log?: Logger;
  /** Milliseconds to wait for an answer. */
  readonly deadline?: number;
  /** The registry tells many digests at once, as this one does. */
  readonly tagApi?: TagApiKind;
}

function shipped(name: TrustRootName): Uint8Array | undefined {
  return name === PUBLIC_GOOD ? publicGoodTrustedRoot() : undefined;
}

/**
 * The application on its real adapters: registry client and double over HTTP, verifier, store on
 * the embedded database, queue. Only the clock stands still, and alerts are kept.
 */
export class World {
  readonly registry: RegistryDouble;
  readonly database: TestStore;
  readonly clock: ManualClock;
  readonly publisher: RecordingPublisher;
  readonly committed: EventRecord[] = [];
  readonly tagApi: TagApiDouble | undefined;
  readonly #deadline: number;
  #client: ReturnType<typeof createRegistryClient>;
  readonly #log: Logger;
  #deps: Deps & { readonly queue: FifoQueue };

  private constructor(
    parts: Pick<World, 'registry' | 'database' | 'clock'>,
    { log = createQuietLogger(), deadline = 5_000, tagApi }: WorldOptions,
  ) {
    this.registry = parts.registry;
    this.database = parts.database;
    this.clock = parts.clock;
    this.publisher = new RecordingPublisher();
    this.#log = log;
    this.tagApi = tagApi && serveTagApi(this.registry, tagApi);
    this.#deadline = deadline;
    this.#client = this.#connect();
    this.#deps = this.#build();
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const clock = new ManualClock(START);
    const [registry, database] = await Promise.all([
      startRegistry(options.registry),
      startStore({ now: () => clock.now() }),
    ]);
    return new World({ registry, database, clock }, options);
  }

  /** What a deployed function would work with; here all work with the same. */
  as: (role: 'apply' | 'dispatch' | 'scan' | 'deliver') => Deps = () => this.#deps;

  get deps(): Deps & { readonly queue: FifoQueue } {
    return this.#deps;
  }

  /** The process was killed and started again: what it held in memory is gone, its queue too. */
  async restart(): Promise<void> {
    this.database.faults.revive();
    await this.#client.close();
    this.#client = this.#connect();
    this.#deps = this.#build();
    await recoverLanes(this.#deps);
  }

  #connect(): ReturnType<typeof createRegistryClient> {
    const deadline = this.#deadline;
    return createRegistryClient({
      ...(this.tagApi && { tagApis: { [this.registry.host]: this.tagApi } }),
      now: () => millisecondsOf(this.clock.now()),
      // A turn comes by this clock, which stands still: nobody waits for it.
      sleep: async () => {},
      allowLoopback: true,
      limits: { headDeadline: deadline, getDeadline: deadline, listDeadline: deadline },
    });
  }

  #build(): Deps & { readonly queue: FifoQueue } {
    const { clock } = this;
    const { states, events, sightings, watches, lanes, runs, trust } = this.database.store;
    const verifier = createVerifier({
      registry: this.#client,
      trustRoots: {
        read: async (name) => (await trust.read(name)) ?? shipped(name),
        refreshedAt: async (name) => trust.refreshedAt?.(name),
      },
      now: () => new Date(clock.now()),
    });
    return {
      ...{ clock, log: this.#log, verifier, publisher: this.publisher },
      ...{ states, events, sightings, watches, lanes, runs, trust },
      registry: this.#client,
      ids: createRandomIds(),
      storeId: 'test',
      queue: createFifoQueue({ clock, log: this.#log }),
      onCommit: (event) => void this.committed.push(event),
    };
  }

  /** A watch list in YAML, `HOST` standing for the registry. */
  compile(yaml: string, files: Readonly<Record<string, Uint8Array>> = {}): CompiledWatchlist {
    const text = `version: 1\n${yaml.replaceAll('HOST', this.registry.host)}`;
    const result = parseWatchlist(text, { file: 'w.yaml', readFile: (path) => files[path] });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return result.watchlist;
  }

  apply(
    yaml: string,
    options: {
      readonly prune?: boolean;
      readonly dryRun?: boolean;
      readonly files?: Readonly<Record<string, Uint8Array>>;
    } = {},
  ): Promise<ApplyReport> {
    const { prune = false, dryRun = false, files } = options;
    return applyWatchlist(this.as('apply'), this.compile(yaml, files), { prune, dryRun });
  }

  /** One minute later: everything that a tick does, to its end. */
  async tick(after: Duration = MINUTE): Promise<DispatchReport & { delivery: DeliveryReport }> {
    await this.clock.advance(after);
    const report = await dispatch(this.as('dispatch'), this.clock.now());
    await this.work();
    return { ...report, delivery: await deliver(this.as('deliver'), this.clock.now()) };
  }

  /** Works the queue until it is empty; a job that throws is the test's failure. */
  async work(concurrency = 4): Promise<void> {
    const { queue, clock } = this.deps;
    const stop = new AbortController();
    let failed: unknown;
    const worked = queue.work(
      async (job, signal) => {
        try {
          const until = plus(clock.now(), MINUTE);
          await scanJob(this.as('scan'), job, { until, concurrency, signal });
        } catch (thrown) {
          failed ??= thrown;
          stop.abort(thrown);
          throw thrown;
        }
      },
      { concurrency: 4, signal: stop.signal },
    );
    await queue.drained(0, { signal: stop.signal }).catch(() => {});
    stop.abort();
    await worked;
    if (failed !== undefined)
      throw new Error(`a job threw: ${messageOf(failed)}`, { cause: failed });
  }

  async history(tagKey: string): Promise<readonly EventRecord[]> {
    return (await this.deps.events.history(tagKey, { limit: 1000 })).toReversed();
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.registry.close(), this.database.close()]);
  }
}
