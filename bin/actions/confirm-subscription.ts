import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import type { SubscribeFlags } from '../commands/subscribe.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type OpenStack, openStack, withSubscriptions } from '../with-stack.ts';

/**
 * Confirms with the link that SNS sent. The link itself is not opened: whoever opens it confirms
 * without authentication, and everybody to whom an alert is passed on could then unsubscribe.
 */
export async function confirm(
  cli: Cli,
  endpoint: string | undefined,
  { confirm: _, ...filter }: SubscribeFlags,
  link: string,
): Promise<ExitCode> {
  if (endpoint !== undefined || Object.keys(filter).length > 0) {
    throw new UsageError('found --confirm with others: expected it alone, the filter stays');
  }
  const { topicArn, token } = readLink(link);
  const stack = await openStack(cli, 'subscriptions are');
  if (!topicsOf(stack).includes(topicArn)) {
    throw new UsageError(`the link is for the topic ${topicArn}, expected one of ${stack.name}`);
  }
  const arn = await withSubscriptions(stack, (known) => known.confirm(token), topicArn);
  cli.output.result({ arn, confirmed: true }, () => `confirmed: ${arn}`);
  return EXIT.done;
}

function topicsOf({ outputs }: OpenStack): readonly string[] {
  return (['alertTopic', 'operationsTopic'] as const).flatMap((name) => outputs.find(name) ?? []);
}

function readLink(text: string): { readonly topicArn: string; readonly token: string } {
  const parameters = URL.parse(text)?.searchParams;
  const [topicArn, token] = [parameters?.get('TopicArn'), parameters?.get('Token')];
  if (topicArn && token) return { topicArn, token };
  throw new UsageError(
    'found a --confirm without TopicArn and Token, expected the whole link that SNS sent, quoted',
  );
}
