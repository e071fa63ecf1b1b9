import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ENVIRONMENT } from '../lambda/contract/environment.ts';
import { bundleOptions } from '../lib/bundle-function.ts';
import { type SignedImage, timeOf } from './image.ts';

/** What the stack tells the scan function; nothing of it is asked before the first job. */
const ENV = {
  AWS_REGION: 'eu-central-1',
  [ENVIRONMENT.stack]: 'Tagwarden',
  [ENVIRONMENT.table]: 'Tagwarden-Events',
  [ENVIRONMENT.queueUrl]: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo',
};

export interface ColdTimes {
  /** Of Node with an empty script, in milliseconds. */
  readonly bare: readonly number[];
  /** Of the libraries alone. */
  readonly floor: readonly number[];
  readonly ours: readonly number[];
}

/** The bundled scan function and its first verdict beside its libraries alone and a bare Node, each in a process of its own, in turns. */
export async function coldTimes(image: SignedImage, rounds: number): Promise<ColdTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-cold-'));
  try {
    const empty = join(folder, 'empty.mjs');
    await writeFile(empty, '');
    const libraries = await bundled(join(folder, 'floor'), 'cold-floor.ts');
    const script = await bundled(join(folder, 'scan'), 'cold-entry.ts');
    const [bare, floor, ours]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await timeOf(() => run(empty)));
      floor.push(await timeOf(() => run(libraries, image.root, image.reference)));
      ours.push(await timeOf(() => run(script, image.root, image.reference)));
    }
    return { bare, floor, ours };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the stack bundles the function; only the entry goes on to the first verdict. */
async function bundled(folder: string, script: string): Promise<string> {
  const entry = join(import.meta.dirname, script);
  await build({ ...bundleOptions('scan', folder), entryPoints: { index: entry } });
  return join(folder, 'index.mjs');
}

function run(...args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, ...ENV } }, (error) => {
      resolve(error === null ? 0 : Number(error.code ?? -1));
    });
  });
}
