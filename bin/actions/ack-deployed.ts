import type { AcknowledgeRequest } from '../../lambda/application/acknowledge.ts';
import { openDispatcher } from '../../lambda/composition/deployed.ts';
import { type EventRecord, eventIdOf } from '../../lambda/domain/event.ts';
import { between, MINUTE, SECOND } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { openStack } from '../with-stack.ts';
import type { OpenStore } from '../with-store.ts';

const PATIENCE = 3 * MINUTE;
const LOOK_AGAIN = SECOND;
/** Others may have decided about the tag meanwhile. */
const LOOKED_AT = 10;

/** Has the deployed functions commit it: only they write events. */
export async function askToAcknowledge(
  cli: Cli,
  { store, clock }: OpenStore,
  request: AcknowledgeRequest,
): Promise<EventRecord> {
  const { access, outputs } = await openStack(cli, 'this is');
  const dispatcher = await openDispatcher(access, outputs.get('dispatcher'));
  try {
    await dispatcher.ask({ v: 1, kind: 'acknowledge', ...request });
  } finally {
    dispatcher.close();
  }
  cli.output.progress('waiting for the event …');
  const since = clock.now();
  while (between(since, clock.now()) < PATIENCE) {
    const events = await store.events.history(request.subject, { limit: LOOKED_AT });
    const made = events.find(({ data }) => data?.request === request.id);
    if (made !== undefined) return made;
    await clock.sleep(LOOK_AGAIN, cli.signal);
  }
  throw new CliError(
    EXIT.tryAgain,
    `${eventIdOf(request)} is not acknowledged after ${PATIENCE / MINUTE} minutes: its tag may have moved (tagwarden history), or the scan function does not run (tagwarden health)`,
  );
}
