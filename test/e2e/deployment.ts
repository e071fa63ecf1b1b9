import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import type { Outcome } from '../interop/process.ts';
import { Tagwarden } from '../interop/tagwarden.ts';
import { Inbox } from './inbox.ts';
import type { Stage } from './stage.ts';

type OutputName = keyof typeof OUTPUT;

/** A deployed stack, as its users see it: outputs, command line, API and queues. */
export class Deployment {
  readonly stack: string;
  readonly #stage: Stage;
  readonly #tagwarden: Tagwarden;
  readonly #outputs: Readonly<Record<string, string>>;
  readonly #resources: ReadonlyMap<string, string>;

  private constructor(
    stage: Stage,
    stack: string,
    outputs: Readonly<Record<string, string>>,
    resources: ReadonlyMap<string, string>,
  ) {
    this.stack = stack;
    this.#stage = stage;
    this.#outputs = outputs;
    this.#resources = resources;
    this.#tagwarden = new Tagwarden(stage.folder, stage.emulator.env);
  }

  /** As it is now. @throws when there is no such stack. */
  static async of(stage: Stage, stack: string): Promise<Deployment> {
    const { cloud } = stage;
    return new Deployment(stage, stack, await cloud.outputs(stack), await cloud.resources(stack));
  }

  /** @throws when the stack has no such output. */
  output(name: OutputName): string {
    const value = this.#outputs[OUTPUT[name]];
    if (value === undefined) throw new Error(`the stack has no output ${OUTPUT[name]}`);
    return value;
  }

  /** The name of the function of a construct, such as `Scanner`. @throws unless there is exactly one. */
  functionOf(construct: string): string {
    const pattern = new RegExp(`^${construct}[A-Za-z]*Function[0-9A-F]{8}$`);
    const found = [...this.#resources].filter(([id]) => pattern.test(id));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only[1];
    throw new Error(`found ${found.length} functions of ${construct}, expected one`);
  }

  /** The command line with `--stack`. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.#tagwarden.run(...args, '--stack', this.stack);
  }

  /** The same, with what it reads from its standard input. */
  runWith(input: string, ...args: readonly string[]): Promise<Outcome> {
    return this.#tagwarden.runWith(input, ...args, '--stack', this.stack);
  }

  /** What a command prints. @throws when it fails. */
  async must(...args: readonly string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.run(...args);
    if (exit === 0) return stdout;
    throw new Error(`tagwarden ${args.join(' ')}: exit ${exit}\n${stdout}${stderr}`);
  }

  /** What a command answers with `-o json`. @throws when it fails. */
  async ask<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.must(...args, '-o', 'json'));
  }

  /** What the history API answers to a signed request. @throws unless it is 200. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.#stage.cloud.get(this.url(path));
    if (status !== 200) throw new Error(`GET ${path}: ${status}\n${body}`);
    return JSON.parse(body);
  }

  /** Where the emulator has what AWS has at `https://<id>.execute-api.<region>.amazonaws.com`. */
  url(path: string): string {
    const [, id] = /^https?:\/\/([a-z0-9]+)\./.exec(this.output('api')) ?? [];
    return `${this.#stage.emulator.url}/_aws/execute-api/${id}/$default${path}`;
  }

  /** A queue that gets the alerts that its filter admits, subscribed as its owner would. */
  async inbox(name: string, ...filter: readonly string[]): Promise<Inbox> {
    const inbox = await Inbox.open(this.#stage.cloud, name, this.output('alertTopic'));
    await this.ask('subscribe', inbox.arn, ...filter);
    return inbox;
  }
}
