/** `npm run bench`: ratios of what runs side by side on this machine, now; see each line for how. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { findPeers } from '../test/interop/peers.ts';
import { measure, serve } from './child.ts';
import { CONCURRENCY, typical } from './fleet.ts';
import { serveSignedImage, verifyRounds } from './image.ts';
import type { ScanFigures } from './scan.ts';
import type { VerifyFigures } from './verify.ts';

interface Figure {
  readonly what: string;
  readonly found: string;
  readonly goal: string;
  /** Absent for a figure without a goal, or one that could not be measured. */
  readonly met?: boolean;
  readonly how: string;
}

const FEW = 10_000;
const MANY = 100_000;

const figures = [...(await scanFigures()), ...(await verifyFigures())];
console.log(tableOf(figures));

async function scanFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  const server = await serve('registry-server.ts');
  try {
    const few = await scanOf(join(folder, 'few'), server.port, FEW);
    const floor = await measure<{ rates: number[] }>('floor.ts', server.port, FEW);
    const many = await scanOf(join(folder, 'many'), server.port, MANY);
    return [...fleetFigures(few, typical(floor.rates)), memoryFigure(few.peakRss, many.peakRss)];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scanOf(dataDir: string, port: number, count: number): Promise<ScanFigures> {
  progress(`taking the baseline of ${count} tags …`);
  await measure('scan.ts', 'seed', dataDir, port, count);
  progress(`scanning ${count} unchanged tags …`);
  return measure<ScanFigures>('scan.ts', 'scan', dataDir, port, count);
}

function fleetFigures(
  { rates, requestsPerTag, writesPerTag }: ScanFigures,
  floor: number,
): Figure[] {
  const share = typical(rates) / floor;
  return [
    {
      what: 'scan, against a bare HEAD loop',
      found: `${percent(share)} (${Math.round(typical(rates))}/s of ${Math.round(floor)}/s)`,
      goal: 'at least 20 %',
      met: share >= 0.2,
      how: `${FEW} unchanged tags, warm, ${CONCURRENCY} at once, store on disk; floor: undici request, reset: false`,
    },
    {
      what: 'requests per unchanged tag',
      found: requestsPerTag.toFixed(4),
      goal: 'at most 1',
      met: requestsPerTag <= 1,
      how: 'counted by the registry over a whole run',
    },
    {
      what: 'database writes per unchanged tag',
      found: writesPerTag.toFixed(4),
      goal: '0',
      met: writesPerTag === 0,
      how: 'counted in the client over a whole run; receipts, run and lane apart',
    },
  ];
}

function memoryFigure(few: number, many: number): Figure {
  return {
    what: 'peak memory, ten times the watches',
    found: `${(many / few).toFixed(2)} × (${Math.round(many)} MiB of ${Math.round(few)} MiB)`,
    goal: 'at most 1.5 ×',
    met: many / few <= 1.5,
    how: `peak RSS of a scanning process, its database included: ${MANY} watches against ${FEW}`,
  };
}

async function verifyFigures(): Promise<Figure[]> {
  const image = await serveSignedImage();
  try {
    progress('verifying a keyless image …');
    const inProcess = typical((await measure<VerifyFigures>('verify.ts', ...image.argv)).times);
    const program = join(import.meta.dirname, '../bin/tagwarden.ts');
    const cli = await timeOf(process.execPath, [program, ...image.argv]);
    const cosign = findPeers()?.cosign;
    const theirs = cosign === undefined ? undefined : await timeOf(cosign, image.argv);
    return [speedFigure(inProcess, theirs), cliFigure(cli, theirs)];
  } finally {
    await image.close();
  }
}

async function timeOf(program: string, argv: readonly string[]): Promise<number> {
  const run = () =>
    new Promise<number>((resolve) => {
      execFile(program, argv, (error) => resolve(error === null ? 0 : Number(error.code ?? -1)));
    });
  return typical(await verifyRounds(run));
}

function speedFigure(ours: number, theirs: number | undefined): Figure {
  const what = 'verify in the process, against cosign';
  const goal = 'at least 3 × faster';
  const how = 'a keyless image, registry on loopback, warm; cosign 3.1.3 as a process';
  const time = `${ours.toFixed(1)} ms`;
  if (theirs === undefined)
    return { what, goal, found: `${time}; no cosign (see npm run test:interop)`, how };
  const ratio = theirs / ours;
  return {
    what,
    goal,
    found: `${ratio.toFixed(1)} × (${time} of ${theirs.toFixed(1)} ms)`,
    met: ratio >= 3,
    how,
  };
}

function cliFigure(ours: number, theirs: number | undefined): Figure {
  const beside = theirs === undefined ? '' : ` (cosign ${theirs.toFixed(1)} ms)`;
  const how = 'the same, each a process of its own';
  return { what: 'verify as a command', found: `${ours.toFixed(1)} ms${beside}`, goal: '–', how };
}

function tableOf(rows: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'figure', 'found', 'goal', 'how measured'],
    style: { head: [] },
  });
  for (const { what, found, goal, met, how } of rows) {
    table.push([met === undefined ? '' : met ? 'met' : 'MISSED', what, found, goal, how]);
  }
  return table.toString();
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function progress(text: string): void {
  console.error(text);
}
