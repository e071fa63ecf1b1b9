import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { version } from '../../bin/version.ts';
import { pushImage, type RegistryDouble, startRegistry } from '../support/registry/index.ts';
import { Shell } from './support.ts';

const BIN = join(import.meta.dirname, '../../bin');

const shell = new Shell();
let registry: RegistryDouble;
let app: string;
beforeAll(async () => {
  registry = await startRegistry();
  app = pushImage(registry, 'app', '1.4', { content: 'first' }).reference;
  const list = `version: 1\ndefaults: {policy: none, every: 1m}\nwatch: ["${app}"]\n`;
  writeFileSync(join(shell.folder, 'watchlist.yaml'), list);
});
afterAll(async () => {
  await registry.close();
  shell.remove();
});

/** A command line as a process of its own, in the folder of the shell. */
class Process {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly #heard = new Set<() => void>();

  constructor(program: string, line: string) {
    const env = { HOME: shell.folder, PATH: process.env.PATH };
    const args = [join(BIN, program), ...line.split(' ')];
    this.child = spawn(process.execPath, args, { cwd: shell.folder, env });
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text;
        for (const wake of this.#heard) wake();
      });
    }
    this.exit = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves when that was printed; rejects when the process ends without it. */
  async said(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listen = () => (this.stdout + this.stderr).includes(text) && resolve();
    this.#heard.add(listen);
    listen();
    const ended = this.exit.then((code) => {
      throw new Error(`ended with ${code} before it said ${text}: ${this.stdout}${this.stderr}`);
    });
    await Promise.race([promise, ended]);
    this.#heard.delete(listen);
    ended.catch(() => {});
  }
}

describe('the program as a process', () => {
  it.each(['tagwarden.ts', 'tagwarden.mjs'])('%s starts and ends', async (program) => {
    const started = new Process(program, '--version');
    expect(await started.exit).toBe(0);
    expect(started.stdout).toBe(`${version()}\n`);
  });

  it('ends quietly when nobody reads on: scan … | head -1', async () => {
    const scan = new Process('tagwarden.ts', 'scan --every 1s');
    await scan.said('1 checked');
    scan.child.stdout?.destroy();
    expect(await scan.exit).toBe(0);
    expect(scan.stderr).toBe('watchlist.yaml: 1 added\n');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a scan with %i, and nothing is lost', async (signal, expected) => {
    const scan = new Process('tagwarden.ts', 'scan --every 1h');
    await scan.said('1 checked');
    scan.child.kill(signal);
    expect(await scan.exit).toBe(expected);
    expect(scan.stderr).toContain('interrupted');
    expect((await shell.run('runs')).stdout).not.toContain('incomplete');
  });

  it('says so when the results cannot be written', async () => {
    const unwritable = openSync(join(shell.folder, 'watchlist.yaml'), 'r');
    const child = spawn(process.execPath, [join(BIN, 'tagwarden.ts'), '--help'], {
      stdio: ['ignore', unwritable, 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (part) => {
      said += String(part);
    });
    const [code] = await once(child, 'close');
    closeSync(unwritable);
    expect(code).toBe(69);
    expect(said).toContain('cannot write the results: EBADF');
  });

  it('up watches, answers other processes, and ends with 130', async () => {
    const up = new Process('tagwarden.ts', 'up -f watchlist.yaml');
    await up.said('watching');
    const second = await shell.run('up -f watchlist.yaml');
    expect(second.exit).toBe(69);
    expect(second.stderr).toContain('another process has the store open');
    expect((await shell.run(`history ${app}`)).exit).toBe(0);
    up.child.kill('SIGINT');
    expect(await up.exit).toBe(130);
    expect((await shell.run('status')).exit).toBe(0);
  });
});
