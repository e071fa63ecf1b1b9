import { eventFeed } from '../../lambda/application/history.ts';
import type { Cli } from '../cli.ts';
import type { EventsFlags } from '../commands/events.ts';
import { eventShape } from '../event-shape.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readSelection } from '../select-flags.ts';
import { parseSince } from '../times.ts';
import { withStoreToRead } from '../with-store.ts';

export async function events(
  cli: Cli,
  patterns: readonly string[],
  flags: EventsFlags,
): Promise<ExitCode> {
  const selection = readSelection(patterns, flags);
  return withStoreToRead(cli, async ({ store, clock }) => {
    const until = clock.now();
    const since = parseSince('--since', flags.since, until);
    const kind = flags.kind === undefined ? {} : { kind: flags.kind };
    const found = eventFeed(store, { since, until, selection, ...kind });
    await cli.output.rows(
      found,
      eventShape(await store.id(), { subject: true, none: `no events since ${since}` }),
    );
    return EXIT.done;
  });
}
