import { messageOf } from '../domain/errors.ts';
import type { EventRecord } from '../domain/event.ts';
import type { TagState } from '../domain/state.ts';
import type { Deps } from './deps.ts';

export type CommitDeps = Pick<Deps, 'events' | 'log' | 'onCommit'>;

/**
 * The event's put is the commit. On collision the winner is completed, so that the next read sees
 * it, and what was decided is thrown away: it was decided on what the winner has changed.
 *
 * @returns the state from now on
 */
export async function commitDecision(
  deps: CommitDeps,
  event: EventRecord & { readonly after: TagState },
): Promise<TagState | 'collision'> {
  const result = await deps.events.commit(event);
  if (result.kind === 'collision') {
    await deps.events.project(result.winner);
    return 'collision';
  }
  deps.onCommit?.(event);
  await complete(deps, event);
  return event.after;
}

/** What fails here deliver completes: the mark is still there. */
async function complete({ events, log }: CommitDeps, event: EventRecord): Promise<void> {
  try {
    await events.project(event);
    if (!event.alert) await events.unmark(event.subject, event.seq);
  } catch (thrown) {
    log.warn('left to deliver', { subject: event.subject, why: messageOf(thrown) });
  }
}
