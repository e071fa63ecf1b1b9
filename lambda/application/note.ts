import type { EventRecord } from '../domain/event.ts';
import { laterOf, type Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';

/** What an event that is not about one tag says. */
export type Note = Pick<
  EventRecord,
  'subject' | 'kind' | 'severity' | 'state' | 'changes' | 'alert'
> &
  Partial<Pick<EventRecord, 'resolves' | 'registry' | 'repository' | 'data' | 'watches'>>;

/**
 * Commits an event that is not about one tag, behind the newest of its subject. Undefined when
 * somebody else was faster: what they wrote decides what is to be said then.
 */
export async function commitNote(
  deps: Pick<Deps, 'events' | 'ids' | 'onCommit'>,
  note: Note,
  newest: EventRecord | undefined,
  now: Timestamp,
): Promise<EventRecord | undefined> {
  const event: EventRecord = {
    v: 1,
    seq: (newest?.seq ?? 0) + 1,
    at: newest === undefined ? now : laterOf(now, newest.at),
    commitId: deps.ids.newId(),
    watches: [],
    sightings: [],
    ...note,
  };
  const result = await deps.events.commit(event);
  if (result.kind === 'collision') return undefined;
  deps.onCommit?.(event);
  return event;
}
