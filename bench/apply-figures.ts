import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import { createRandomIds } from '../lambda/adapters/runtime/ids.ts';
import { applyDeployment } from '../lambda/application/apply/deployment.ts';
import { openStore } from '../lambda/composition.ts';
import {
  deserializeWatchlist,
  hashOfSerialized,
  serializeWatchlist,
} from '../lambda/domain/watchlist/compiled.ts';
import type { Figure } from './figure.ts';
import { watchlistOf } from './fleet.ts';

const WATCHES = 100_000;
/** A function has 15 minutes, and its pace adds two to what is measured here. */
const MOST_SECONDS = 15 * 60;
const MOST_MEGABYTES = 1_024;

/** What the first deployment of a large watch list takes, unpaced, on the embedded database. */
export async function applyFigures(progress: (text: string) => void): Promise<Figure[]> {
  progress(`applying ${WATCHES} watches …`);
  const clock = createSystemClock();
  const opened = await openStore(undefined, clock);
  const bytes = Buffer.from(serializeWatchlist(watchlistOf('registry.example', WATCHES)));
  const hash = hashOfSerialized(bytes);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss / 2 ** 20);
  }, 100);
  try {
    const deps = { ...opened.store, clock, ids: createRandomIds() };
    const started = performance.now();
    const compiled = deserializeWatchlist(bytes, hash);
    const deployment = { hash, allowRemovals: false };
    await applyDeployment(deps, compiled, deployment, (_bytes, write) => write());
    return [figureOf((performance.now() - started) / 1_000, peak)];
  } finally {
    clearInterval(watch);
    await opened.close();
  }
}

function figureOf(seconds: number, megabytes: number): Figure {
  return {
    what: `apply ${WATCHES} watches`,
    found: `${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MiB`,
    goal: `${MOST_SECONDS} s, ${MOST_MEGABYTES} MiB`,
    met: seconds <= MOST_SECONDS && megabytes <= MOST_MEGABYTES,
    how: 'reading the compiled list, comparing, writing; the database is in the same process',
  };
}
