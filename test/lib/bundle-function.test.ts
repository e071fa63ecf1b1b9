import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync, type Metafile } from 'esbuild';
import { bundleOptions } from '../../lib/bundle-function.ts';

const KB = 1_000;
/** Of what is read before a function's first request, in bytes. */
const LIMITS = {
  dispatch: 500 * KB,
  deliver: 500 * KB,
  history: 500 * KB,
  scan: 600 * KB,
  apply: 600 * KB,
  'refresh-trust': 600 * KB,
} as const;
const NAMES = Object.keys(LIMITS) as (keyof typeof LIMITS)[];

const ENV = {
  AWS_REGION: 'eu-central-1',
  TAGWARDEN_STACK: 'Tagwarden',
  TAGWARDEN_TABLE: 'Tagwarden-Events',
  TAGWARDEN_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo',
  TAGWARDEN_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
};

let folder: string;
const metafiles = new Map<string, Metafile>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagwarden-bundle-'));
  for (const name of NAMES) {
    const options = bundleOptions(name, join(folder, name));
    const { metafile } = buildSync({ ...options, metafile: true });
    if (metafile !== undefined) metafiles.set(name, metafile);
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outputsOf = (name: string) => metafiles.get(name)?.outputs ?? {};

/** The files that importing the entry reads: what is imported on demand is not among them. */
function readAtStart(name: string): string[] {
  const outputs = outputsOf(name);
  const seen = new Set<string>();
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[path] !== undefined) read(path);
    }
  };
  read(Object.keys(outputs).find((file) => file.endsWith('/index.mjs')) ?? '');
  return [...seen];
}

function sizeOf(name: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (outputsOf(name)[file]?.bytes ?? 0), 0);
}

function inputsOf(name: string, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    Object.entries(outputsOf(name)[file]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  );
}

describe.each(NAMES)('the bundle of %s', (name) => {
  it('is no larger at its start than a cold start may be', () => {
    expect(sizeOf(name, readAtStart(name))).toBeLessThanOrEqual(LIMITS[name]);
  });

  it('has nothing of the laptop in it, and no language but ours', () => {
    const inputs = inputsOf(name, Object.keys(outputsOf(name))).join('\n');
    expect(inputs).not.toMatch(/dynalite|classic-level|memory-level|adapters\/dynamodb\/embedded/);
    expect(inputs).not.toMatch(/zod\/v4\/locales|commander|cli-table3|node_modules\/yaml/);
    expect(inputs).not.toMatch(/credential-provider-(?:sso|ini|process|login|web-identity)/);
  });

  it('starts, and has a handler', () => {
    const script = `import('${join(folder, name, 'index.mjs')}').then((m) => process.stdout.write(typeof m.handler))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      env: { PATH: process.env.PATH, ...ENV },
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'function', stderr: '' });
  });
});

describe('the bundle of scan', () => {
  it('never has the client that updates trusted roots', () => {
    const inputs = inputsOf('scan', Object.keys(outputsOf('scan'))).join('\n');
    expect(inputs).not.toMatch(/tuf-js|@tufjs|@sigstore\/tuf\/dist|node_modules\/sigstore\//);
    expect(inputs).toContain('@sigstore/tuf/seeds.json');
  });

  it('reads what verifies, what filters and what logs in when it is needed', () => {
    const inputs = inputsOf('scan', readAtStart('scan')).join('\n');
    expect(inputs).not.toMatch(/@sigstore|re2js|tldts|semver|client-ecr|client-secrets-manager/);
  });

  it('can load everything that it may need', () => {
    const chunks = Object.keys(outputsOf('scan')).filter((file) => file.includes('chunks/'));
    expect(chunks.length).toBeGreaterThan(5);
    const list = join(folder, 'load.mjs');
    const files = chunks.map((file) => join(folder, 'scan', file.slice(file.indexOf('chunks/'))));
    writeFileSync(list, files.map((file) => `await import('${file}');`).join('\n'));
    const { status, stderr } = spawnSync(process.execPath, [list], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
