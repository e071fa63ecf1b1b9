import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { OUTPUT } from '../../contract/stack-outputs.ts';
import { type AwsAccess, clientConfig } from './access.ts';
import { asking, StackError } from './errors.ts';

export type OutputName = keyof typeof OUTPUT;

/** What a deployed stack says of itself. */
export class StackOutputs {
  readonly stack: string;
  readonly #values: ReadonlyMap<string, string>;

  constructor(stack: string, values: ReadonlyMap<string, string>) {
    this.stack = stack;
    this.#values = values;
  }

  /** Undefined where this deployment has no such thing. */
  find(name: OutputName): string | undefined {
    return this.#values.get(OUTPUT[name]);
  }

  /** @throws {StackError} `NOT_FOUND` */
  get(name: OutputName): string {
    const value = this.find(name);
    if (value !== undefined) return value;
    throw new StackError(
      'NOT_FOUND',
      `the stack ${this.stack} has no output ${OUTPUT[name]}: expected a stack that this version deployed (npx cdk deploy)`,
    );
  }
}

/**
 * Reads the outputs of a stack with the user's own credentials.
 *
 * @throws {StackError}
 */
export async function readOutputs(access: AwsAccess, name: string): Promise<StackOutputs> {
  const client = new CloudFormationClient(clientConfig(access));
  try {
    const asked = `describe the stack ${name}`;
    const region = await asking(asked, () => client.config.region());
    const { Stacks = [] } = await asking(asked, async () => {
      try {
        return await client.send(new DescribeStacksCommand({ StackName: name }));
      } catch (thrown) {
        if (isNoSuchStack(thrown)) throw noSuchStack(name, region, thrown);
        throw thrown;
      }
    });
    const [stack] = Stacks;
    if (stack === undefined) throw noSuchStack(name, region);
    return outputsOf(name, stack);
  } finally {
    client.destroy();
  }
}

/** CloudFormation has no error of its own for it. */
function isNoSuchStack(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    thrown.name === 'ValidationError' &&
    /does not exist/.test(thrown.message)
  );
}

function noSuchStack(name: string, region: string, cause?: unknown): StackError {
  return new StackError(
    'NOT_FOUND',
    `describe the stack ${name}: there is none in ${region}; expected the name of a deployed stack (--stack or TAGWARDEN_STACK), and its region and account (--region, --profile)`,
    cause,
  );
}

function outputsOf(name: string, { Outputs = [], StackStatus }: Stack): StackOutputs {
  if (Outputs.length === 0) {
    throw new StackError(
      'NOT_FOUND',
      `the stack ${name} has no outputs (its status is ${StackStatus}): expected one that was deployed to its end`,
    );
  }
  const values = Outputs.map(
    ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
  );
  return new StackOutputs(name, new Map(values));
}
