/** The whole of scan over a fleet, in a process of its own: `seed` takes the baseline, `scan` repeats. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { request } from 'undici';
import { connectOrOpen } from '../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore } from '../lambda/adapters/dynamodb/index.ts';
import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import { createQuietLogger } from '../lambda/adapters/runtime/logger.ts';
import { applyWatchlist } from '../lambda/application/apply.ts';
import { forEachConcurrent } from '../lambda/application/concurrency.ts';
import type { ProcessDeps } from '../lambda/application/deps.ts';
import { runOnce } from '../lambda/application/run.ts';
import { createDeps, createVerifier, openRegistry } from '../lambda/composition.ts';
import type { TagState } from '../lambda/domain/state.ts';
import { onDemand } from './child.ts';
import { CONCURRENCY, repositoryOf, watchlistOf } from './fleet.ts';
import { WriteCounter } from './write-counter.ts';

export interface ScanFigure {
  /** Tags per second. */
  readonly rate: number;
  readonly requestsPerTag: number;
  readonly writesPerTag: number;
  /** Of the whole process up to now, the embedded database in it: MiB. */
  readonly peakRss: number;
}

const [task, dataDir = '', port = '', count = ''] = process.argv.slice(2);
const fleet = { host: `127.0.0.1:${port}`, count: Number(count) };

await withDeps(dataDir, async (deps, client) => {
  const writes = new WriteCounter(client);
  await onDemand(() => (task === 'seed' ? seed(deps, fleet) : scan(deps, fleet, writes)));
});

interface Fleet {
  readonly host: string;
  readonly count: number;
}

/**
 * Takes the baseline of the first repository as any run does, and then remembers the same of all
 * others: what a scan reads is what it would be after a baseline of them all, in a tenth of the time.
 */
async function seed(deps: ProcessDeps, { host, count }: Fleet): Promise<object> {
  const { watches } = watchlistOf(host, count);
  await applyWatchlist(deps, watchlistOf(host, count), { prune: true, dryRun: false });
  await runOnce(deps, { selection: { patterns: [`${host}/${repositoryOf(0)}`] } });
  const [first] = watches;
  const read = await deps.states.read(first?.watchId ?? '');
  if (read.kind !== 'found') throw new Error(`baseline: ${first?.watchId} is ${read.kind}`);
  const rest = watches.filter(({ repository }) => repository !== repositoryOf(0));
  await forEachConcurrent(rest, CONCURRENCY, ({ watchId: tagKey, repository, tag = '' }) =>
    remember(deps, { ...read.state, tagKey, repository, tag, watches: [tagKey] }),
  );
  return {};
}

async function remember(deps: ProcessDeps, state: TagState): Promise<void> {
  const found = await deps.registry.headManifest(state, state.tag ?? '');
  if (found.kind !== 'found' || !found.digest) throw new Error(`${state.tagKey}: ${found.kind}`);
  await deps.states.remember({ ...state, digest: found.digest }, 'absent');
}

async function scan(
  deps: ProcessDeps,
  { host, count }: Fleet,
  writes: WriteCounter,
): Promise<ScanFigure> {
  const requests = await requestsAt(host);
  writes.reset();
  const started = performance.now();
  const { run } = await runOnce(deps);
  const seconds = (performance.now() - started) / 1000;
  if (run.totals.unchanged !== count) throw new Error(`scan: ${JSON.stringify(run.totals)}`);
  return {
    rate: count / seconds,
    requestsPerTag: ((await requestsAt(host)) - requests) / count,
    writesPerTag: writes.routine / count,
    peakRss: process.resourceUsage().maxRSS / 1024,
  };
}

async function requestsAt(host: string): Promise<number> {
  const { body } = await request(`http://${host}/requests`);
  return Number(await body.text());
}

async function withDeps<T>(
  dataDir: string,
  use: (deps: ProcessDeps, client: DynamoDBClient) => Promise<T>,
): Promise<T> {
  const clock = createSystemClock();
  const embedded = await connectOrOpen({ dataDir });
  const store = createStore(embedded.client, { tableName: embedded.tableName });
  const { registry, close } = await openRegistry({ clock, settings: [] });
  try {
    const verifier = await createVerifier(registry, clock, { stored: store.trust });
    const publisher = { publish: async () => {} };
    const log = createQuietLogger();
    const deps = await createDeps({ clock, log, store, registry, verifier, publisher });
    return await use(deps, embedded.client);
  } finally {
    await close();
    await embedded.close();
  }
}
