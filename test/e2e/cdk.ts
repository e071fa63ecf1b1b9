import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome } from '../interop/process.ts';
import type { Emulator } from './emulator/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** A custom resource that never answers would keep CloudFormation waiting for an hour. */
const LONGEST = 180_000;

const DEPLOY = ['deploy', '--require-approval', 'never'];

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

  bootstrap(): Promise<string> {
    return this.#must(['bootstrap', 'aws://000000000000/us-east-1', '--app', '']);
  }

  /** @returns what it printed. @throws when it failed, with what it printed. */
  deploy(stack: string, settings: Settings): Promise<string> {
    return this.#must([...DEPLOY, stack, ...this.#context(settings)]);
  }

  /** For a deployment that may fail. */
  tryDeploy(stack: string, settings: Settings): Promise<Outcome> {
    return this.run([...DEPLOY, stack, ...this.#context(settings)]);
  }

  destroy(stack: string, settings: Settings): Promise<string> {
    return this.#must(['destroy', stack, '--force', ...this.#context(settings)]);
  }

  #context(settings: Settings): readonly string[] {
    const context = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    return [...context, '--output', this.#output];
  }

  async #must(args: readonly string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.run(args);
    if (exit !== 0) throw new Error(`cdk ${args.join(' ')}: exit ${exit}\n${stdout}${stderr}`);
    return stdout;
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
