import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome } from '../interop/process.ts';
import type { Emulator } from './emulator/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** A custom resource that never answers would keep CloudFormation waiting for an hour. */
const LONGEST = 240_000;

/** Settings of a deployment, as the command line overrides `cdk.json` for once. */
export type Settings = Readonly<Record<string, string>>;

/** The real `cdk`, as its user starts it, with the emulator for AWS. */
export class Cdk {
  readonly #emulator: Emulator;
  readonly #root: string;
  readonly #output: string;

  /** @param root Folder of the project; @param output Folder of what is synthesized. */
  constructor(emulator: Emulator, output: string, root = ROOT) {
    this.#emulator = emulator;
    this.#output = output;
    this.#root = root;
  }

  bootstrap(): Promise<Outcome> {
    return this.run(['bootstrap', 'aws://000000000000/us-east-1']);
  }

  deploy(stack: string, settings: Settings): Promise<Outcome> {
    return this.#withSettings(['deploy', stack, '--require-approval', 'never'], settings);
  }

  diff(stack: string, settings: Settings): Promise<Outcome> {
    return this.#withSettings(['diff', stack], settings);
  }

  destroy(stack: string, settings: Settings): Promise<Outcome> {
    return this.#withSettings(['destroy', stack, '--force'], settings);
  }

  #withSettings(args: readonly string[], settings: Settings): Promise<Outcome> {
    const context = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    return this.run([...args, ...context, '--output', this.#output]);
  }

  /** In a process group of its own, which is killed whole when the time is over. */
  async run(args: readonly string[]): Promise<Outcome> {
    const command = [PROGRAM, ...args, '--no-notices', '--ci', '--no-color'];
    const child = spawn(process.execPath, command, {
      cwd: this.#root,
      env: this.#emulator.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    const late = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), LONGEST);
    const [exit, signal] = await once(child, 'close');
    clearTimeout(late);
    if (signal !== null) {
      throw new Error(`cdk ${args.join(' ')} was ended by ${signal}\n${said.stdout}${said.stderr}`);
    }
    return { exit, ...said };
  }
}
