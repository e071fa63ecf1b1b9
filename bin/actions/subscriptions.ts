import type { Subscription } from '../../lambda/adapters/stack/index.ts';
import { filterText } from '../../lambda/domain/alert/subscription.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { RowShape } from '../output.ts';
import { openStack, withSubscriptions } from '../with-stack.ts';

export async function subscriptions(cli: Cli): Promise<ExitCode> {
  const stack = await openStack(cli, 'subscriptions are');
  await cli.output.rows(await withSubscriptions(stack, (known) => known.list()), SHAPE);
  return EXIT.done;
}

const SHAPE: RowShape<Subscription> = {
  columns: ['endpoint', 'protocol', 'status', 'gets'],
  cells: ({ endpoint, protocol, arn, filter }) => [
    endpoint,
    protocol,
    arn === undefined ? 'not confirmed' : 'confirmed',
    arn === undefined ? '' : wordsOf(filter),
  ],
  data: ({ endpoint, protocol, arn, filter }) => ({
    ...{ endpoint, protocol, arn: arn ?? null, confirmed: arn !== undefined },
    filter: filter ?? null,
  }),
  none: 'nobody is subscribed: tagwarden subscribe',
};

function wordsOf(filter: Subscription['filter']): string {
  return filter === 'unreadable' ? 'not ours to read' : filterText(filter);
}
