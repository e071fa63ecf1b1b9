/** Dispatch over a schedule of any length: `hold` has the database, `measure` dispatches, each in a process of its own. */
import { connectOrOpen } from '../lambda/adapters/dynamodb/embedded/index.ts';
import { createStore } from '../lambda/adapters/dynamodb/index.ts';
import { createRandomIds } from '../lambda/adapters/runtime/ids.ts';
import { createQuietLogger } from '../lambda/adapters/runtime/logger.ts';
import { inBatches } from '../lambda/application/concurrency.ts';
import { dispatch } from '../lambda/application/dispatch.ts';
import type { JobMessage } from '../lambda/application/ports.ts';
import { scanJob } from '../lambda/application/scan.ts';
import { MINUTE, plus, timestampOf } from '../lambda/domain/time.ts';
import { unitsOf } from '../lambda/domain/units.ts';
import type { Unit } from '../lambda/domain/watch.ts';
import { CapacityCounter } from '../test/support/store/capacity.ts';
import { onDemand } from './child.ts';
import { watchlistOf } from './fleet.ts';

export interface DispatchFigure {
  /** Units that were due, and requests and read units of the tick. */
  readonly ticks: readonly {
    readonly due: number;
    readonly requests: number;
    readonly reads: number;
  }[];
  /** Of the dispatching process up to now: MiB. */
  readonly peakRss: number;
}

/** So many units are due in these minutes of the day; all others in none of them. */
const DUE: readonly (readonly [minute: number, units: number])[] = [
  [10, 10],
  [20, 50],
];
const MIDNIGHT = '2026-03-19T00:00:00.000Z';
const REGISTRY = 'registry.example';

const [task, dataDir = '', count = ''] = process.argv.slice(2);
const embedded = await connectOrOpen({ dataDir });
let now = timestampOf(Date.parse(MIDNIGHT));
const store = createStore(embedded.client, { tableName: embedded.tableName, now: () => now });
if (task === 'hold') {
  await schedule(Number(count));
  process.stdout.write('ready\n');
  await onDemand(async () => ({}));
} else {
  await onDemand(measure);
}
await embedded.close();

/** As many tags as asked for, a hundred to a unit, every day at its minute. */
async function schedule(tags: number): Promise<void> {
  const all = unitsOf(watchlistOf(REGISTRY, tags).watches);
  const due = DUE.flatMap(([minute, units]) => Array<number>(units).fill(minute));
  const placed = all.map(
    (unit, n): Unit => ({ ...unit, every: 1440, slot: due[n] ?? 600 + (n % 800) }),
  );
  for await (const batch of inBatches(placed, 500)) await store.watches.putUnits(batch);
}

async function measure(): Promise<DispatchFigure> {
  const counter = new CapacityCounter(embedded.client);
  const sent: JobMessage[] = [];
  const deps = {
    ...store,
    ids: createRandomIds(),
    log: createQuietLogger(),
    clock: { now: () => now, sleep: async () => {} },
    queue: { send: async (messages: readonly JobMessage[]) => void sent.push(...messages) },
  };
  const ticks: DispatchFigure['ticks'][number][] = [];
  await dispatch(deps, now);
  for (const [minute, due] of DUE) {
    now = plus(MIDNIGHT, minute * MINUTE);
    await endRound(deps, sent);
    counter.reset();
    const { jobs } = await dispatch(deps, now);
    if (jobs !== due) throw new Error(`dispatch: sent ${jobs} of ${due}`);
    ticks.push({ due, requests: counter.requests, reads: counter.total.reads });
  }
  return { ticks, peakRss: process.resourceUsage().maxRSS / 1024 };
}

async function endRound(deps: object, sent: JobMessage[]): Promise<void> {
  for (const { body } of sent.splice(0)) {
    if (body.kind !== 'end-of-round') continue;
    await scanJob(deps as Parameters<typeof scanJob>[0], body, { until: now, concurrency: 1 });
  }
}
