import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/**
 * Ends by its exit code, whatever that is; a program that cannot be started or is killed throws.
 *
 * @param input What it reads from its standard input.
 */
export function run(
  command: string,
  args: readonly string[],
  env: Environment,
  cwd?: string,
  input = '',
): Promise<Outcome> {
  const options = { env, cwd, timeout: 90_000, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ exit: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ exit: error.code, stdout, stderr });
      else reject(error);
    });
    child.stdin?.end(input);
  });
}

/** As {@link run}, for preparations: anything but exit 0 throws with what the program said. */
export async function must(
  command: string,
  args: readonly string[],
  env: Environment,
  cwd?: string,
): Promise<string> {
  const { exit, stdout, stderr } = await run(command, args, env, cwd);
  if (exit !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${exit}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * The server dies with this process, however that ends: the shell kills it when its own input is
 * closed, which even SIGKILL cannot prevent.
 */
const LEASH = 'exec 2>&1; "$@" & server=$!; read -r _; kill "$server"; wait "$server"';

export interface Server {
  /** What `ready` captured. */
  readonly announced: string;
  stop(): Promise<void>;
}

/** Resolves at the line of output that matches `ready`; throws when the server ends or stays silent. */
export async function startServer(
  command: readonly string[],
  ready: RegExp,
  env: Environment = {},
): Promise<Server> {
  const child = spawn('sh', ['-c', LEASH, 'sh', ...command], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const said: string[] = [];
  const silence = setTimeout(() => child.stdin.end(), 20_000);
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    const announced = ready.exec(line)?.[1];
    if (announced === undefined) continue;
    clearTimeout(silence);
    child.stdout.resume();
    return { announced, stop };
  }
  clearTimeout(silence);
  await stop();
  throw new Error(`${command.join(' ')} did not start: ${said.join('\n')}`);
}
