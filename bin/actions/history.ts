import { historyOf } from '../../lambda/application/history.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import type { HistoryFlags } from '../commands/history.ts';
import { eventShape } from '../event-shape.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readTagKey } from '../references.ts';
import { parseSpan } from '../times.ts';
import { withStoreToRead } from '../with-store.ts';

export async function history(cli: Cli, text: string, flags: HistoryFlags): Promise<ExitCode> {
  const tagKey = readTagKey(text);
  const limit = readLimit(flags.limit);
  return withStoreToRead(cli, async ({ store, clock }) => {
    const at = flags.at === undefined ? {} : { at: parseSpan('--at', flags.at, clock.now()) };
    const events = await historyOf(store, tagKey, { limit, ...at });
    const none = `no events of ${tagKey}: it is not watched, or was not checked yet`;
    const shape = eventShape(await store.id(), { subject: false, none });
    const count = await cli.output.rows(events, shape);
    return count > 0 ? EXIT.done : EXIT.no;
  });
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1)
    throw new UsageError(`--limit ${JSON.stringify(text)}: expected a number of at least 1`);
  return limit;
}
