import { createRandomIds } from '../../lambda/adapters/runtime/ids.ts';
import { awaitDelivery } from '../../lambda/application/await-delivery.ts';
import { deliverOnly } from '../../lambda/application/deliver.ts';
import { raiseTestAlert } from '../../lambda/application/test-alert.ts';
import { eventView } from '../../lambda/application/views.ts';
import { renderAlert } from '../../lambda/domain/alert.ts';
import { type EventRecord, eventIdOf } from '../../lambda/domain/event.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import type { TestAlertFlags } from '../commands/test-alert.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { checkLabels } from '../select-flags.ts';
import { createTerminalLogger } from '../terminal-logger.ts';
import { type OpenStore, withStore } from '../with-store.ts';

export async function testAlert(cli: Cli, flags: TestAlertFlags): Promise<ExitCode> {
  const { severity, label: labels = [] } = flags;
  checkLabels(labels);
  const wanted = { id: createRandomIds().newId(), severity, labels };
  const { place } = cli;
  if (place.kind === 'table') {
    throw new UsageError('a table delivers nothing: expected --stack, or the embedded store');
  }
  if (place.kind === 'embedded') return testHere(cli, wanted);
  const { testDeployed } = await import('./test-deployed.ts');
  return testDeployed(cli, wanted);
}

/**
 * Alerts of the embedded store go to the terminal of the process that watches. Where none does, this
 * one delivers.
 */
async function testHere(cli: Cli, wanted: Parameters<typeof raiseTestAlert>[1]): Promise<ExitCode> {
  return withStore(cli, async (opened) => {
    const { store, clock, owner } = opened;
    const event = await raiseTestAlert({ ...store, clock, ids: createRandomIds() }, wanted);
    if (event === undefined) throw new CliError(EXIT.unavailable, 'the test was not committed');
    if (owner) await deliverHere(cli, opened, event);
    const patience = owner ? 0 : 2 * MINUTE;
    const { delivery } = await awaitDelivery({ ...store, clock }, event, patience, cli.signal);
    const storeId = await store.id();
    cli.output.result(
      { event: eventView(event, storeId), delivery },
      () => renderAlert(event, { storeId }).line,
    );
    if (delivery?.kind !== 'done') {
      throw new CliError(
        EXIT.tryAgain,
        `${eventIdOf(event)} is not delivered yet: tagwarden health`,
      );
    }
    const elsewhere = 'the process that watches has delivered it: its terminal shows it too';
    cli.output.note(owner ? '(no other process watches: it was delivered here)' : elsewhere);
    return EXIT.done;
  });
}

/** What is printed is the result, below. */
const PRINTED_LATER = { publish: async () => {} };

async function deliverHere(
  cli: Cli,
  { store, clock }: OpenStore,
  { subject }: EventRecord,
): Promise<void> {
  const log = createTerminalLogger(cli.output, cli.settings.logLevel);
  const deps = { ...store, clock, publisher: PRINTED_LATER, log, storeId: await store.id() };
  await deliverOnly(deps, [subject], clock.now());
}
