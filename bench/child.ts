import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const children = new Set<ChildProcess>();

/** Starts a script of this folder; it ends with this process, however that ends ({@link answer}). */
function start(script: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Runs a measurement in a process of its own, so that neither memory nor warmth is shared. */
export async function measure<Result>(
  script: string,
  ...args: (string | number)[]
): Promise<Result> {
  const child = start(script, args.map(String));
  const exited = once(child, 'exit');
  const answer = await firstLine(child);
  const [code] = await exited;
  if (answer === undefined) throw new Error(`${script} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(answer) as Result;
}

/** A server that announces its port. */
export async function serve(script: string): Promise<{ port: number; stop(): Promise<void> }> {
  const child = start(script, []);
  const port = Number(await firstLine(child));
  const exited = once(child, 'exit');
  const stop = async () => {
    child.stdin?.end();
    await exited;
  };
  return { port, stop };
}

/** In the child: computes the answer, prints it as one line of JSON and ends; or ends with its parent. */
export async function answer(
  compute: (args: readonly string[]) => Promise<unknown>,
): Promise<void> {
  process.stdin.resume().once('end', () => process.exit(1));
  const result = await compute(process.argv.slice(2));
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  return undefined;
}
