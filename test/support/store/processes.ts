import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const WRITER = join(import.meta.dirname, 'writer.ts');

export interface Writer {
  /** Every line it said so far. */
  readonly lines: readonly string[];
  /** Resolves when that many lines begin with `start`, or it ended. */
  said(start: string, times?: number): Promise<void>;
  kill(): Promise<void>;
  ended(): Promise<void>;
}

/** Starts `writer.ts`; in a shell of its own where `before` sets limits for it. */
export function startWriter(dataDir: string, options: { most?: number; before?: string } = {}) {
  const args = [WRITER, dataDir, ...(options.most === undefined ? [] : [String(options.most)])];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child =
    options.before === undefined
      ? spawn(process.execPath, args, { stdio: [...stdio] })
      : spawn('bash', ['-c', `${options.before}; exec "$0" "$@"`, process.execPath, ...args], {
          stdio: [...stdio],
        });
  return writerOf(child);
}

function writerOf(child: ChildProcess): Writer {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const check = () => {
    for (const each of waiting) each();
  };
  const exit = once(child, 'close').then(check);
  if (child.stdout === null) throw new Error('no output to read');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    check();
  });
  return {
    lines,
    said: (start, times = 1) =>
      new Promise((resolve) => {
        const done = () => {
          const found = lines.filter((line) => line.startsWith(start)).length >= times;
          if (found || child.exitCode !== null || child.signalCode !== null) resolve();
        };
        waiting.add(done);
        done();
      }),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    ended: () => exit,
  };
}

/** Runs with a folder of its own under the system's temporary one. */
export async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-'));
  try {
    await run(join(folder, 'data'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
