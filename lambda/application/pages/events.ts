import type { EventKind, EventRecord } from '../../domain/event.ts';
import { eventIdOf } from '../../domain/event.ts';
import type { TagKey } from '../../domain/reference.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import { candidateOf, historyOf } from '../history.ts';
import { type Selection, selects } from '../select.ts';
import { type Page, type PageOptions, pageOf } from './page.ts';

/** Of a tag's own events: the number of the last one. */
export type HistoryCursor = number;

/** The events of one tag, newest first. */
export async function historyPage(
  { events }: Pick<Deps, 'events'>,
  tagKey: TagKey,
  { after, limit }: PageOptions<HistoryCursor>,
): Promise<Page<EventRecord, HistoryCursor>> {
  const before = after === undefined ? {} : { before: after };
  const found = await events.history(tagKey, { ...before, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last !== undefined ? { items, next: last.seq } : { items };
}

/** What a tag was at a time: few events, and all of them. */
export async function historyAt(
  deps: Pick<Deps, 'events'>,
  tagKey: TagKey,
  at: { readonly from: Timestamp; readonly to: Timestamp },
  limit: number,
): Promise<Page<EventRecord, HistoryCursor>> {
  return { items: await historyOf(deps, tagKey, { at, limit }) };
}

/** Of the feed: the time and the id of the last event that was looked at. */
export interface FeedCursor {
  readonly at: Timestamp;
  readonly id: string;
}

export interface FeedQuestion {
  readonly since: Timestamp;
  readonly until: Timestamp;
  readonly kind?: EventKind;
  readonly selection: Selection;
}

/** Events across all tags, newest first. */
export async function feedPage(
  deps: Pick<Deps, 'events'>,
  { since, until, kind, selection }: FeedQuestion,
  options: PageOptions<FeedCursor>,
): Promise<Page<EventRecord, FeedCursor>> {
  const matches = selects(selection);
  const fits = (event: EventRecord) =>
    (kind === undefined || event.changes.some((change) => change.kind === kind)) &&
    matches(candidateOf(event));
  const found = async function* () {
    for await (const event of behind(deps, { since, until }, options.after)) {
      const cursor = { at: event.at, id: eventIdOf(event) };
      yield { item: fits(event) ? event : undefined, cursor };
    }
  };
  return pageOf(found(), options);
}

/** The feed behind an event: others of its millisecond may stand on either side of it. */
async function* behind(
  { events }: Pick<Deps, 'events'>,
  { since, until }: Pick<FeedQuestion, 'since' | 'until'>,
  after: FeedCursor | undefined,
): AsyncGenerator<EventRecord> {
  if (after === undefined) return yield* events.feed({ since, until });
  let passed = false;
  for await (const event of events.feed({ since, until: after.at })) {
    if (passed || event.at !== after.at) yield event;
    else passed = eventIdOf(event) === after.id;
  }
}
