/** What the database charges for a round over a fleet that has not moved, tick by tick, in a process of its own. */
import { connectOrOpen } from '../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore } from '../lambda/adapters/dynamodb/index.ts';
import { createQuietLogger } from '../lambda/adapters/runtime/logger.ts';
import { deliver } from '../lambda/application/deliver.ts';
import type { ProcessDeps } from '../lambda/application/deps.ts';
import { dispatch } from '../lambda/application/dispatch.ts';
import { jobHandler } from '../lambda/application/run/job-handler.ts';
import { DEFAULT_LIMITS } from '../lambda/application/run/limits.ts';
import { runsSince } from '../lambda/application/runs.ts';
import { tickOf } from '../lambda/application/tick.ts';
import { createDeps, createVerifier, openRegistry } from '../lambda/composition.ts';
import { MINUTE, plus, timestampOf } from '../lambda/domain/time.ts';
import { CapacityCounter } from '../test/support/store/capacity.ts';
import { onDemand } from './child.ts';

export interface CapacityFigure {
  readonly tags: number;
  readonly jobs: number;
  readonly reads: number;
  readonly writes: number;
}

/** Of the fleet. */
const INTERVAL = 5;

const [dataDir = ''] = process.argv.slice(2);
let now = timestampOf(Date.now());
const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
const embedded = await connectOrOpen({ dataDir });
const store = createStore(embedded.client, { tableName: embedded.tableName, now: clock.now });
const { registry, close } = await openRegistry({ clock, settings: [] });
const verifier = await createVerifier(registry, clock, { stored: store.trust });
const publisher = { publish: async () => {} };
const log = createQuietLogger();
const deps = await createDeps({ clock, log, store, registry, verifier, publisher });
const counter = new CapacityCounter(embedded.client);

// The first ticks take the baseline of what was just applied.
await ticks(2 * INTERVAL);
await onDemand(measure);
await close();
await embedded.close();

async function measure(): Promise<CapacityFigure> {
  counter.reset();
  const since = tickOf(plus(now, MINUTE));
  await ticks(INTERVAL);
  const { total } = counter;
  const runs = await Array.fromAsync(runsSince(deps, since));
  return {
    ...total,
    tags: runs.reduce((sum, { totals }) => sum + totals.unchanged, 0),
    jobs: runs.reduce((sum, { jobs }) => sum + jobs, 0),
  };
}

async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) {
    now = plus(now, MINUTE);
    await dispatch(deps, now);
    await work(deps);
    await deliver(deps, now);
  }
}

async function work({ queue }: ProcessDeps): Promise<void> {
  const stop = new AbortController();
  const worked = queue.work(jobHandler(deps, DEFAULT_LIMITS), {
    concurrency: DEFAULT_LIMITS.lanes,
    signal: stop.signal,
  });
  await queue.drained(0);
  stop.abort();
  await worked;
}
