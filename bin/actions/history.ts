import { historyOf } from '../../lambda/application/history.ts';
import { statusOf } from '../../lambda/application/status.ts';
import type { TagKey } from '../../lambda/domain/reference.ts';
import type { Timestamp } from '../../lambda/domain/time.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import type { HistoryFlags } from '../commands/history.ts';
import { eventShape } from '../event-shape.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { readTagKey } from '../references.ts';
import { parseSpan, shortTime } from '../times.ts';
import { isStore, type OpenStore, playgroundHint, withStoreToRead } from '../with-store.ts';

export async function history(cli: Cli, text: string, flags: HistoryFlags): Promise<ExitCode> {
  const tagKey = readTagKey(text);
  const limit = readLimit(flags.limit);
  return withStoreToRead(cli, async ({ store, clock }) => {
    const at = flags.at === undefined ? {} : { at: parseSpan('--at', flags.at, clock.now()) };
    const events = await historyOf(store, tagKey, { limit, ...at });
    const none = events.length > 0 ? '' : await whyNone(store, tagKey, clock.now());
    const shape = eventShape(await store.id(), { subject: false, none });
    const count = await cli.output.rows(events, shape);
    if (count > 0) return EXIT.done;
    const { place } = cli;
    const own = place.kind === 'embedded' && isStore(place.folder);
    const hint = own ? playgroundHint(cli) : undefined;
    if (hint !== undefined) cli.output.note(hint);
    return EXIT.no;
  });
}

/** A tag without events (of that time): which of the reasons it is. */
async function whyNone(store: OpenStore['store'], tagKey: TagKey, now: Timestamp): Promise<string> {
  const first = await store.events.get(tagKey, 1);
  if (first !== undefined) {
    return `no events of ${tagKey} until then: it was first seen ${shortTime(first.at)} UTC`;
  }
  for await (const row of statusOf(store, now, { patterns: [tagKey] })) {
    if (row.tagKey !== tagKey) continue;
    const { inconclusive, state } = row;
    if (inconclusive === undefined) return `no events of ${tagKey}: it was not checked yet`;
    const detail = state?.failing === undefined ? '' : `: ${printable(state.failing.detail)}`;
    return `no events of ${tagKey}: its checks are inconclusive: ${inconclusive.reason}${detail}`;
  }
  return `no events of ${tagKey}: it is not watched`;
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1)
    throw new UsageError(`--limit ${JSON.stringify(text)}: expected a number of at least 1`);
  return limit;
}
