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
  readonly ours: readonly number[];
}

/** The bundled scan function and its first verdict beside a bare Node, each in a process of its own, in turns. */
export async function coldTimes(image: SignedImage, rounds: number): Promise<ColdTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-cold-'));
  try {
    const empty = join(folder, 'empty.mjs');
    await writeFile(empty, '');
    const script = await bundled(folder);
    const [bare, ours]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await timeOf(() => run(empty)));
      ours.push(await timeOf(() => run(script, image.root, image.reference)));
    }
    return { bare, ours };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the stack bundles the function; only the entry goes on to the first verdict. */
async function bundled(folder: string): Promise<string> {
  const entry = join(import.meta.dirname, 'cold-entry.ts');
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
