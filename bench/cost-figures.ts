import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapacityFigure } from './capacity.ts';
import { Child } from './child.ts';
import type { DispatchFigure } from './dispatch.ts';
import type { Figure } from './figure.ts';

const TAGS = 10_000;
const SCHEDULES = [10_000, 100_000, 1_000_000];
const MEBIBYTES = 512;

/** What the database charges, and what dispatch needs of it. */
export async function costFigures(progress: (text: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  try {
    progress(`capacity of ${TAGS} unchanged tags …`);
    const capacity = await capacityOf(join(folder, 'capacity'));
    const dispatches: DispatchFigure[] = [];
    for (const tags of SCHEDULES) {
      progress(`dispatch with ${tags} watches …`);
      dispatches.push(await dispatchWith(join(folder, `dispatch-${tags}`), tags));
    }
    return [...capacityFigures(capacity), ...dispatchFigures(dispatches)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function capacityOf(dataDir: string): Promise<CapacityFigure> {
  const server = new Child('registry-server.ts');
  try {
    const port = Number(await server.line());
    const seed = new Child('scan.ts', 'seed', dataDir, port, TAGS);
    await seed.round();
    await seed.stop();
    return await onceIn(new Child('capacity.ts', dataDir));
  } finally {
    await server.stop();
  }
}

async function dispatchWith(dataDir: string, tags: number): Promise<DispatchFigure> {
  const holder = new Child('dispatch.ts', 'hold', dataDir, tags);
  try {
    await holder.line();
    return await onceIn(new Child('dispatch.ts', 'measure', dataDir));
  } finally {
    await holder.stop();
  }
}

async function onceIn<T>(child: Child): Promise<T> {
  try {
    return await child.round<T>();
  } finally {
    await child.stop();
  }
}

function capacityFigures({ tags, jobs, reads, writes }: CapacityFigure): Figure[] {
  const how = `${tags} unchanged tags in ${jobs} jobs, five ticks with dispatch and delivery; counted by the database`;
  return [
    {
      what: 'read units per unchanged tag',
      found: (reads / tags).toFixed(4),
      goal: 'at most 0.525',
      met: tags === TAGS && reads / tags <= 0.525,
      how,
    },
    {
      what: 'write units per job of 100 tags',
      found: (writes / jobs).toFixed(2),
      goal: 'at most 2',
      met: writes / jobs <= 2,
      how,
    },
  ];
}

function dispatchFigures(dispatches: readonly DispatchFigure[]): Figure[] {
  const [first] = dispatches;
  const same = dispatches.every(
    ({ ticks }) => JSON.stringify(ticks) === JSON.stringify(first?.ticks),
  );
  const told = (first?.ticks ?? []).map(
    ({ due, requests, reads }) => `${due} due: ${requests} requests, ${reads} units`,
  );
  const peak = Math.max(...dispatches.map(({ peakRss }) => peakRss));
  return [
    {
      what: 'reads of a dispatch',
      found: told.join('; '),
      goal: 'by what is due',
      met: same,
      how: `the same with ${SCHEDULES.join(', ')} watches; units of 100 tags`,
    },
    {
      what: 'memory of dispatch',
      found: `${Math.round(peak)} MiB`,
      goal: `${MEBIBYTES} MiB`,
      met: peak <= MEBIBYTES,
      how: `RSS of a process that dispatches from another one's database: ${SCHEDULES.at(-1)} watches`,
    },
  ];
}
