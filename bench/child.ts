import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

/**
 * A script of this folder in a process of its own, so that neither memory nor warmth is shared. It
 * ends when its standard input is closed, and so with this process, however that ends.
 */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string, ...args: readonly (string | number)[]) {
    this.#name = [script, ...args].join(' ');
    const { process, lines } = start(script, args.map(String));
    this.#process = process;
    this.#exited = once(process, 'exit');
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#name} ended with ${this.#process.exitCode}`);
    return value;
  }

  /** One more figure from a script that measures {@link onDemand}. */
  async round<Figure>(): Promise<Figure> {
    this.#process.stdin?.write('\n');
    return JSON.parse(await this.line());
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    await this.#exited;
  }
}

function start(
  script: string,
  args: readonly string[],
): { process: ChildProcess; lines: Interface } {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

/** In the child: measures once for every line of its input, and returns when that ends. */
export async function onDemand(measure: () => Promise<unknown>): Promise<void> {
  for await (const _line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await measure())}\n`);
  }
}

/** The median of the second half: what comes before warms up. */
export function typical(rounds: readonly number[]): number {
  const warm = rounds.slice(rounds.length / 2).toSorted((a, b) => a - b);
  return warm[Math.floor(warm.length / 2)] ?? Number.NaN;
}
