import { createRandomIds } from '../../lambda/adapters/runtime/ids.ts';
import {
  type AcknowledgeRequest,
  acknowledgeEvent,
  previewAcknowledgement,
} from '../../lambda/application/acknowledge.ts';
import { deliverOnly } from '../../lambda/application/deliver.ts';
import type { Logger } from '../../lambda/application/ports.ts';
import { eventView } from '../../lambda/application/views.ts';
import { renderAlert } from '../../lambda/domain/alert.ts';
import { type EventRecord, eventIdOf } from '../../lambda/domain/event.ts';
import type { Cli } from '../cli.ts';
import { CliError, UsageError } from '../cli-error.ts';
import type { AckFlags } from '../commands/ack.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { readEventId } from '../references.ts';
import { createTerminalLogger } from '../terminal-logger.ts';
import { type OpenStore, withStore, withStoreToRead } from '../with-store.ts';

const LONGEST = 500;

export async function ack(cli: Cli, text: string, { reason }: AckFlags): Promise<ExitCode> {
  const request = {
    id: createRandomIds().newId(),
    ...readEventId(text),
    reason: readReason(reason),
  };
  const { place } = cli;
  if (place.kind === 'table') {
    throw new UsageError('found --table: expected --stack, or the embedded store');
  }
  const open = place.kind === 'stack' ? withStoreToRead : withStore;
  return open(cli, async (opened) => {
    const log = createTerminalLogger(cli.output, cli.settings.logLevel);
    const decision = await previewAcknowledgement({ ...opened.store, ...opened, log }, request);
    switch (decision.kind) {
      case 'refused':
        throw new CliError(EXIT.no, `${eventIdOf(request)}: ${decision.why}`);
      case 'already':
        cli.output.note(`(said already, in #${decision.seq})`);
        return EXIT.done;
      case 'commit': {
        const event =
          place.kind === 'stack'
            ? await askStack(cli, opened, request)
            : await commitHere(opened, request, log);
        const storeId = await opened.store.id();
        cli.output.result(eventView(event, storeId), () => renderAlert(event, { storeId }).line);
        return EXIT.done;
      }
    }
  });
}

function readReason(text: string): string {
  const reason = printable(text).trim();
  if (reason !== '' && reason.length <= LONGEST) return reason;
  throw new UsageError(`--reason: expected 1 to ${LONGEST} characters`);
}

async function askStack(
  cli: Cli,
  opened: OpenStore,
  request: AcknowledgeRequest,
): Promise<EventRecord> {
  const { askToAcknowledge } = await import('./ack-deployed.ts');
  return askToAcknowledge(cli, opened, request);
}

/** What is printed is the result; a process that watches tells it, too. */
const PRINTED_LATER = { publish: async () => {} };

async function commitHere(
  { store, clock, owner }: OpenStore,
  request: AcknowledgeRequest,
  log: Logger,
): Promise<EventRecord> {
  const deps = { ...store, clock, log, ids: createRandomIds() };
  const outcome = await acknowledgeEvent(deps, request);
  if (outcome.kind !== 'done') {
    throw new CliError(EXIT.tryAgain, `${eventIdOf(request)}: its tag has just changed`);
  }
  const { event } = outcome;
  if (owner) {
    const delivering = { ...deps, publisher: PRINTED_LATER, storeId: await store.id() };
    await deliverOnly(delivering, [event.subject], clock.now());
  }
  return event;
}
