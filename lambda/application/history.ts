import type { EventKind, EventRecord } from '../domain/event.ts';
import type { TagKey } from '../domain/reference.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import { type Selection, selects } from './select.ts';

export interface HistoryQuery {
  readonly limit: number;
  /** What the tag was then: the event in force at `from`, and those that followed up to `to`. */
  readonly at?: { readonly from: Timestamp; readonly to: Timestamp };
}

/** The events of one tag, newest first. */
export async function historyOf(
  deps: Pick<Deps, 'events'>,
  tagKey: TagKey,
  { limit, at }: HistoryQuery,
): Promise<readonly EventRecord[]> {
  if (at === undefined) return deps.events.history(tagKey, { limit });
  const until = await deps.events.history(tagKey, { until: at.to, limit });
  const inForce = until.findIndex((event) => event.at <= at.from);
  return inForce < 0 ? until : until.slice(0, inForce + 1);
}

/** One event whole. */
export async function showEvent(
  deps: Pick<Deps, 'events'>,
  subject: string,
  seq: number,
): Promise<EventRecord | undefined> {
  return deps.events.get(subject, seq);
}

export interface FeedQuery {
  readonly since: Timestamp;
  readonly until: Timestamp;
  readonly kind?: EventKind;
  readonly selection?: Selection;
}

/** Events across all tags, newest first. */
export async function* eventFeed(
  deps: Pick<Deps, 'events'>,
  { since, until, kind, selection = {} }: FeedQuery,
): AsyncGenerator<EventRecord> {
  const matches = selects(selection);
  for await (const event of deps.events.feed({ since, until })) {
    if (kind !== undefined && !event.changes.some((change) => change.kind === kind)) continue;
    if (matches(candidateOf(event))) yield event;
  }
}

/** An event as SELECT sees it: the verdict is that of the digest it leads to. */
export function candidateOf(event: EventRecord): Parameters<ReturnType<typeof selects>>[0] {
  const { subject, registry, severity, watches, now } = event;
  return {
    tagKey: subject,
    labels: watches.flatMap((watch) => watch.labels),
    severity,
    inconclusive: now?.verdict === 'inconclusive' || event.kind === 'watch.failing',
    ...(registry === undefined ? {} : { registry }),
    ...(now?.verdict === undefined ? {} : { verdicts: [now.verdict] }),
  };
}

// The other questions about what is remembered, so that whoever asks finds them in one place.
export { type RunSummary, runsSince } from './runs.ts';
export { type StatusRow, statusOf } from './status.ts';
export { type Stay, whereIs } from './where.ts';
