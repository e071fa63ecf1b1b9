import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openStack, withSubscriptions } from '../with-stack.ts';

export async function unsubscribe(cli: Cli, wanted: string): Promise<ExitCode> {
  const stack = await openStack(cli, 'subscriptions are');
  return withSubscriptions(stack, async (subscriptions) => {
    const found = (await subscriptions.list()).find(
      ({ endpoint, arn }) => endpoint === wanted || arn === wanted,
    );
    if (found === undefined) {
      throw new CliError(
        EXIT.no,
        `${wanted} is not subscribed: tagwarden subscriptions lists who is`,
      );
    }
    if (found.arn === undefined) {
      throw new CliError(
        EXIT.no,
        `${wanted} has not confirmed: there is nothing to end, SNS forgets it by itself in a few days`,
      );
    }
    await subscriptions.remove(found.arn);
    const { endpoint, arn } = found;
    cli.output.result({ endpoint, arn, removed: true }, () => `${endpoint} gets no more alerts`);
    return EXIT.done;
  });
}
