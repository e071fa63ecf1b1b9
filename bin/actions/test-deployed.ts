import type { Subscription } from '../../lambda/adapters/stack/index.ts';
import { type Awaited, awaitDelivery } from '../../lambda/application/await-delivery.ts';
import { testSubjectOf } from '../../lambda/application/test-alert.ts';
import { eventView } from '../../lambda/application/views.ts';
import { openDispatcher } from '../../lambda/composition/deployed.ts';
import { admits } from '../../lambda/domain/alert/subscription.ts';
import { renderAlert } from '../../lambda/domain/alert.ts';
import { type Duration, MINUTE } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openStack, withSubscriptions } from '../with-stack.ts';
import { withStoreToRead } from '../with-store.ts';

/** Seconds when all is well; the sweep of the next ticks otherwise. */
const PATIENCE: Duration = 3 * MINUTE;

interface Wanted {
  readonly id: string;
  readonly severity: string;
  readonly labels: readonly string[];
}

/** Has the deployed functions raise and deliver an alert, and says which subscriptions take it. */
export async function testDeployed(cli: Cli, wanted: Wanted): Promise<ExitCode> {
  const stack = await openStack(cli, 'this is');
  const subscriptions = await withSubscriptions(stack, (known) => known.list());
  const dispatcher = await openDispatcher(stack.access, stack.outputs.get('dispatcher'));
  try {
    await dispatcher.ask({ v: 1, kind: 'test-alert', ...wanted });
  } finally {
    dispatcher.close();
  }
  return withStoreToRead(cli, async ({ store, clock }) => {
    cli.output.progress('waiting for the alert to be delivered …');
    const subject = testSubjectOf(wanted.id);
    const awaited = await awaitDelivery(
      { ...store, clock },
      { subject, seq: 1 },
      PATIENCE,
      cli.signal,
    );
    return report(cli, awaited, subscriptions, await store.id());
  });
}

type Takes = 'gets it' | 'filtered out' | 'not confirmed' | 'not ours to read';

function report(
  cli: Cli,
  { event, delivery }: Awaited,
  subscriptions: readonly Subscription[],
  storeId: string,
): ExitCode {
  if (event === undefined || delivery?.kind !== 'done')
    throw notDelivered({ ...(delivery && { delivery }) });
  const { line, attributes } = renderAlert(event, { storeId });
  const rows = subscriptions.map((each) => ({ ...each, takes: takesOf(each, attributes) }));
  const data = rows.map(({ endpoint, protocol, takes }) => ({ endpoint, protocol, takes }));
  cli.output.result(
    { event: eventView(event, storeId), delivery, subscriptions: data },
    () => line,
  );
  if (cli.output.format === 'table' && rows.length > 0) {
    cli.output.table(
      ['endpoint', 'protocol', 'this alert'],
      rows.map(({ endpoint, protocol, takes }) => [endpoint, protocol, takes]),
    );
  }
  const reached = rows.some(({ takes }) => takes === 'gets it' || takes === 'not ours to read');
  if (!reached) cli.output.warn('nobody gets this alert: tagwarden subscribe');
  return reached ? EXIT.done : EXIT.no;
}

function takesOf({ arn, filter }: Subscription, attributes: Parameters<typeof admits>[1]): Takes {
  if (arn === undefined) return 'not confirmed';
  if (filter === undefined) return 'gets it';
  const admitted = filter === 'unreadable' ? undefined : admits(filter, attributes);
  if (admitted === undefined) return 'not ours to read';
  return admitted ? 'gets it' : 'filtered out';
}

function notDelivered({ delivery }: Pick<Awaited, 'delivery'>): CliError {
  switch (delivery?.kind) {
    case 'set aside':
      return new CliError(EXIT.no, `SNS refused the alert for good: ${delivery.why}`);
    case 'waiting':
      return new CliError(
        EXIT.tryAgain,
        `the alert is committed and not delivered after ${PATIENCE / MINUTE} minutes (${delivery.attempts} attempts): tagwarden health, and the log of the deliver function`,
      );
    default:
      return new CliError(
        EXIT.tryAgain,
        `no alert was committed within ${PATIENCE / MINUTE} minutes: tagwarden health, and the log of the scan function`,
      );
  }
}
