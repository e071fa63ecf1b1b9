import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCli } from '../../bin/run-cli.ts';
import { type Outcome, run } from './process.ts';
import { words } from './words.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/tagwarden.ts');

/** Hundreds of processes compile the same sources. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/interop');

/** Our own program as a user's shell starts it, in a folder and an environment with nothing of the tester's. */
export class Tagwarden {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  /** @param env Beside a home and a PATH. */
  constructor(folder: string, env: Readonly<Record<string, string>> = {}) {
    this.#folder = folder;
    this.#env = env;
  }

  /** The same program with more in its environment. */
  with(env: Readonly<Record<string, string>>): Tagwarden {
    return new Tagwarden(this.#folder, { ...this.#env, ...env });
  }

  /** @param flags cosign's, separated by spaces; the verdict is printed as one JSON document. */
  verify(reference: string, flags: string): Promise<Outcome> {
    return this.run('verify', '-o', 'json', ...words(flags), reference);
  }

  verifyInProcess(reference: string, flags: string): Promise<Outcome> {
    return this.inProcess('verify', '-o', 'json', ...words(flags), reference);
  }

  /** The same in this process, which has judged everything else before: no verdict may leak into the next. */
  async inProcess(...args: string[]): Promise<Outcome> {
    const [stdout, stderr] = [new Text(), new Text()];
    const exit = await runCli(args, {
      ...{ stdin: Readable.from([]), stdout, stderr, columns: 100 },
      ...{ stdoutIsTerminal: false, stderrIsTerminal: false },
      ...{
        env: { HOME: this.#folder, ...this.#env },
        cwd: this.#folder,
        signal: new AbortController().signal,
      },
    });
    return { exit, stdout: stdout.text, stderr: stderr.text };
  }

  run(...args: string[]): Promise<Outcome> {
    return this.runWith('', ...args);
  }

  /** @param input What it reads from its standard input. */
  runWith(input: string, ...args: string[]): Promise<Outcome> {
    const own = { HOME: this.#folder, PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILED };
    const env = { ...own, ...this.#env };
    return run(process.execPath, [PROGRAM, ...args], env, this.#folder, input);
  }
}

class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
