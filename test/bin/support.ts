import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Io } from '../../bin/io.ts';
import { runCli } from '../../bin/run-cli.ts';

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  /** Told of all that was said on stderr so far, whenever it grows. */
  readonly onStderr?: (text: string) => void;
}

/** A folder of one test file, in which command lines are run inside this process. */
export class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'tagwarden-cli-'));

  /** @param line words separated by spaces; none of them has one in it */
  run(line: string, world: World = {}): Promise<Ran> {
    return this.inWorld((io) => runCli(line.split(' ').filter(Boolean), io), world);
  }

  /** Runs anything that prints and has an exit code. */
  async inWorld(work: (io: Io) => Promise<number>, world: World = {}): Promise<Ran> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const texts = [collect(stdout), collect(stderr, world.onStderr)];
    const exit = await work(this.#io(world, stdout, stderr));
    stdout.end();
    stderr.end();
    const [out = '', err = ''] = await Promise.all(texts);
    return { exit, stdout: out, stderr: err };
  }

  /** The document that a command prints with `-o json`. */
  async json<T = unknown>(line: string): Promise<T> {
    const { stdout } = await this.run(`-o json ${line}`);
    return JSON.parse(stdout) as T;
  }

  #io(world: World, stdout: PassThrough, stderr: PassThrough): Io {
    const terminal = world.terminal ?? false;
    return {
      stdin: Readable.from([world.stdin ?? '']),
      ...{ stdout, stderr, stdoutIsTerminal: terminal, stderrIsTerminal: terminal },
      columns: 100,
      env: { HOME: this.folder, ...world.env },
      cwd: this.folder,
      signal: world.signal ?? new AbortController().signal,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function collect(stream: PassThrough, tell?: (text: string) => void): Promise<string> {
  let text = '';
  for await (const part of stream) {
    text += String(part);
    tell?.(text);
  }
  return text;
}
