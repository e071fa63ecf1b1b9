import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { bundleOptions } from '../lib/bundle-function.ts';
import { typical } from './child.ts';
import type { Figure } from './figure.ts';

const FUNCTIONS = ['dispatch', 'scan', 'deliver', 'history', 'apply', 'refresh-trust'] as const;
const ROUNDS = 15;
const MOST_TIMES = 3;

/** Only made, never asked. */
const ENV = {
  AWS_REGION: 'eu-central-1',
  TAGWARDEN_STACK: 'Tagwarden',
  TAGWARDEN_TABLE: 'Tagwarden-Events',
  TAGWARDEN_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo',
  TAGWARDEN_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
};

/** What is not ours: a handler that has made a client of the SDK, bundled in the same way. */
const EMPTY = `
  import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = async () => client.config.region();
`;

/** How long a bundled function takes to be ready for its first event, against an empty one. */
export async function coldStartFigures(progress: (text: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-cold-'));
  try {
    progress(`starting every function, ${ROUNDS} times …`);
    const empty = bundleEmpty(join(folder, 'empty'));
    const bundles = FUNCTIONS.map((name) => bundle(name, join(folder, name)));
    const times = new Map<string, number[]>([empty, ...bundles].map((file) => [file, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [file, taken] of times) taken.push(await timeToImport(file));
    }
    const floor = typical(times.get(empty) ?? []);
    return FUNCTIONS.map((name, index) =>
      figureOf(name, typical(times.get(bundles[index] ?? '') ?? []), floor),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bundle(name: string, outdir: string): string {
  buildSync(bundleOptions(name, outdir));
  return join(outdir, 'index.mjs');
}

function bundleEmpty(outdir: string): string {
  const { entryPoints: _, ...options } = bundleOptions('empty', outdir);
  const stdin = {
    contents: EMPTY,
    resolveDir: join(import.meta.dirname, '..'),
    sourcefile: 'index.ts',
  };
  buildSync({ ...options, stdin: { ...stdin, loader: 'ts' }, entryNames: 'index' });
  return join(outdir, 'index.mjs');
}

const run = promisify(execFile);

/** In a process of its own, without the start of Node itself. */
async function timeToImport(file: string): Promise<number> {
  const script = `const t = performance.now(); await import('${file}'); console.log(performance.now() - t)`;
  const argv = ['--input-type=module', '-e', script];
  const { stdout } = await run(process.execPath, argv, { env: { PATH: process.env.PATH, ...ENV } });
  return Number(stdout);
}

function figureOf(name: string, time: number, floor: number): Figure {
  const times = time / floor;
  return {
    what: `cold start of ${name}`,
    found: `${times.toFixed(1)} × (${time.toFixed(0)} ms, empty ${floor.toFixed(0)} ms)`,
    goal: name === 'scan' ? `at most ${MOST_TIMES} ×` : '–',
    ...(name === 'scan' ? { met: times <= MOST_TIMES } : {}),
    how: 'import of the bundle, against a bundled handler that only makes a client of the SDK',
  };
}
