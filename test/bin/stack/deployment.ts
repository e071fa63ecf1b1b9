import { answerRequest } from '../../../lambda/application/answer-request.ts';
import { deliver } from '../../../lambda/application/deliver.ts';
import { isDispatchRequest } from '../../../lambda/contract/dispatch-request.ts';
import { OUTPUT } from '../../../lambda/contract/stack-outputs.ts';
import { MINUTE, plus } from '../../../lambda/domain/time.ts';
import { cloudFormation } from '../../support/aws/cloudformation.ts';
import { dynamoDb } from '../../support/aws/dynamodb.ts';
import { AwsDouble, USER } from '../../support/aws/index.ts';
import { lambda } from '../../support/aws/lambda.ts';
import type { AwsService } from '../../support/aws/wire.ts';
import { TEST_TABLE } from '../../support/store/index.ts';
import { World } from '../../support/world/index.ts';
import { type Ran, Shell } from '../support.ts';

/**
 * A stack as the command line sees it: the world of the application behind doubles of AWS. Whatever
 * is asked of its dispatcher is worked and delivered before the answer.
 */
export class Deployment {
  readonly world: World;
  readonly aws: AwsDouble;
  readonly shell = new Shell();

  private constructor(world: World, aws: AwsDouble) {
    this.world = world;
    this.aws = aws;
  }

  static async start(
    options: {
      readonly outputs?: Readonly<Record<string, string>>;
      readonly services?: readonly AwsService[];
    } = {},
  ): Promise<Deployment> {
    const world = await World.start();
    const stacks = {
      Tagwarden: {
        outputs: {
          [OUTPUT.table]: TEST_TABLE,
          [OUTPUT.dispatcher]: 'Tagwarden-Dispatch',
          [OUTPUT.watchlist]: 'file',
          ...options.outputs,
        },
      },
      External: { outputs: { [OUTPUT.table]: TEST_TABLE, [OUTPUT.watchlist]: 'external' } },
      Other: { outputs: { BucketName: 'x' } },
      Starting: { status: 'CREATE_IN_PROGRESS', outputs: {} },
    };
    const dispatcher = async (payload: unknown) => {
      if (!isDispatchRequest(payload)) throw new Error('a tick');
      const answer = await answerRequest(world.deps, payload, plus(world.clock.now(), MINUTE));
      await world.work();
      await deliver(world.deps, world.clock.now());
      return answer;
    };
    const aws = await AwsDouble.start(
      cloudFormation(stacks),
      lambda({ 'Tagwarden-Dispatch': dispatcher }),
      dynamoDb(world.database.faults),
      ...(options.services ?? []),
    );
    return new Deployment(world, aws);
  }

  /** Runs a command line as that user of AWS. */
  async run(line: string, user: string = USER.admin): Promise<Ran> {
    return withEnvironment(this.aws.environment(user), () => this.shell.run(line));
  }

  async json<T = unknown>(line: string): Promise<T> {
    return JSON.parse((await this.run(`-o json ${line}`)).stdout) as T;
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.world.close()]);
    this.shell.remove();
  }
}

/** The SDK reads the environment of the process, which is none of a test's own. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  run: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(
    Object.keys(variables).map((name) => [name, process.env[name]]),
  );
  set(variables);
  try {
    return await run();
  } finally {
    set(before);
  }
}

function set(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
