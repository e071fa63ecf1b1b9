import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, typical } from './child.ts';
import type { Figure } from './figure.ts';
import { CONCURRENCY } from './fleet.ts';
import type { ScanFigure } from './scan.ts';

const FEW = 10_000;
const MANY = 100_000;
const ROUNDS = 20;
/** Memory needs no warmth. */
const ROUNDS_OF_MANY = 3;

/** What scanning costs when nothing has changed. */
export async function scanFigures(progress: (text: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  const server = new Child('registry-server.ts');
  try {
    const port = Number(await server.line());
    const [few, many] = [join(folder, 'few'), join(folder, 'many')];
    progress(`remembering ${FEW} tags …`);
    await seed(few, port, FEW);
    progress(`scanning ${FEW} unchanged tags, ${ROUNDS} times …`);
    const { floors, scans } = await sideBySide(few, port);
    progress(`remembering ${MANY} tags …`);
    await seed(many, port, MANY);
    progress(`scanning ${MANY} unchanged tags, ${ROUNDS_OF_MANY} times …`);
    const memory = await peakOf(many, port);
    return [...costs(floors, scans), growth(scans.at(-1)?.peakRss ?? Number.NaN, memory)];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function seed(dataDir: string, port: number, count: number): Promise<void> {
  await using(new Child('scan.ts', 'seed', dataDir, port, count), (child) => child.round());
}

/** In turns, so that whatever else the machine does meets both. */
async function sideBySide(dataDir: string, port: number) {
  const floors: number[] = [];
  const scans: ScanFigure[] = [];
  await using(new Child('floor.ts', port, FEW), (floor) =>
    using(new Child('scan.ts', 'scan', dataDir, port, FEW), async (scan) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        floors.push(await floor.round<number>());
        scans.push(await scan.round<ScanFigure>());
      }
    }),
  );
  return { floors, scans };
}

function peakOf(dataDir: string, port: number): Promise<number> {
  return using(new Child('scan.ts', 'scan', dataDir, port, MANY), async (scan) => {
    let peak = Number.NaN;
    for (let round = 0; round < ROUNDS_OF_MANY; round += 1) {
      ({ peakRss: peak } = await scan.round<ScanFigure>());
    }
    return peak;
  });
}

async function using<T>(child: Child, use: (child: Child) => Promise<T>): Promise<T> {
  try {
    return await use(child);
  } finally {
    await child.stop();
  }
}

function costs(floors: readonly number[], scans: readonly ScanFigure[]): Figure[] {
  const [scan, floor] = [typical(scans.map(({ rate }) => rate)), typical(floors)];
  const { requestsPerTag = Number.NaN, writesPerTag = Number.NaN } = scans.at(-1) ?? {};
  return [
    {
      what: 'scan, against a bare HEAD loop',
      found: `${Math.round((scan / floor) * 100)} % (${Math.round(scan)}/s of ${Math.round(floor)}/s)`,
      goal: 'at least 20 %',
      met: scan / floor >= 0.2,
      how: `${FEW} unchanged tags, warm, ${CONCURRENCY} at once, store on disk; floor: undici request, reset: false; in turns`,
    },
    {
      what: 'requests per unchanged tag',
      found: requestsPerTag.toFixed(4),
      goal: '1',
      met: requestsPerTag === 1,
      how: 'counted by the registry over a whole run',
    },
    {
      what: 'database writes per unchanged tag',
      found: writesPerTag.toFixed(4),
      goal: '0',
      met: writesPerTag === 0,
      how: 'items put by a whole run, without receipts, run and lane',
    },
  ];
}

function growth(few: number, many: number): Figure {
  return {
    what: 'peak memory, ten times the watches',
    found: `${(many / few).toFixed(2)} × (${Math.round(many)} MiB of ${Math.round(few)} MiB)`,
    goal: 'at most 1.5 ×',
    met: many / few <= 1.5,
    how: `RSS of a scanning process with its database: ${MANY} watches against ${FEW}`,
  };
}
