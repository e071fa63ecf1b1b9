import { renderAlert } from '../../domain/alert.ts';
import { messageOf, TagwardenError } from '../../domain/errors.ts';
import { type EventRecord, eventIdOf } from '../../domain/event.ts';
import { type Duration, HOUR, plus, SECOND, type Timestamp } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import { type AlertMessage, type MarkedEvent, PublishRefused } from '../ports.ts';
import { reduced } from './reduced.ts';

export type DeliverDeps = Pick<Deps, 'events' | 'publisher' | 'log' | 'storeId' | 'clock'>;

/** What became of one marked event. */
export type Outcome =
  | 'delivered'
  /** It has no alert: its mark is gone. */
  | 'silent'
  /** Tried, and to be tried again. */
  | 'deferred'
  /** Refused for good by the channel. */
  | 'setAside'
  /** Not even the failure could be noted. */
  | 'stuck'
  /** Somebody else is delivering it right now. */
  | 'taken';

const FIRST_BACKOFF: Duration = 30 * SECOND;
const LONGEST_BACKOFF: Duration = HOUR;
/**
 * How long a delivery is one process's own: longer than any publisher takes, so that those who sweep
 * at the same time do not tell everything twice. Of one that died, the alert waits for so long.
 */
const CLAIM: Duration = 45 * SECOND;

/** In the order of their numbers, also those in their backoff: a later one must not overtake them. */
export async function deliverSubject(
  deps: DeliverDeps,
  subject: string,
  now: Timestamp,
  isOver: () => boolean,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const marked of await deps.events.marked(subject)) {
      if (isOver()) break;
      const outcome = await deliverOne(deps, marked, now);
      outcomes.push(outcome);
      // Who holds this one goes on to those behind it: nobody may overtake him.
      if (outcome === 'taken') break;
    }
  } catch (thrown) {
    deps.log.error('delivery is stuck', { subject, why: messageOf(thrown) });
    outcomes.push('stuck');
  }
  return outcomes;
}

/** @throws what the store threw when not even the failure could be noted. */
async function deliverOne(
  deps: DeliverDeps,
  { event, attempts }: MarkedEvent,
  now: Timestamp,
): Promise<Outcome> {
  const { subject, seq } = event;
  try {
    await deps.events.project(event);
    if (event.alert && (await claim(deps, event)) === 'conflict') return 'taken';
    if (event.alert) await publish(deps, await messageFor(deps, event, attempts));
    await deps.events.unmark(subject, seq);
    return event.alert ? 'delivered' : 'silent';
  } catch (thrown) {
    const why = messageOf(thrown);
    if (thrown instanceof PublishRefused) {
      deps.log.error('alert refused for good', { event: eventIdOf(event), why });
      await deps.events.setAside(subject, seq, why);
      return 'setAside';
    }
    deps.log.warn('alert deferred', { event: eventIdOf(event), attempts: attempts + 1, why });
    await deps.events.defer(subject, seq, attempts + 1, plus(now, backoffAfter(attempts)));
    return 'deferred';
  }
}

async function claim(
  { events, clock }: DeliverDeps,
  { subject, seq }: EventRecord,
): Promise<'done' | 'conflict'> {
  const now = clock.now();
  return events.claim(subject, seq, now, plus(now, CLAIM));
}

/** @throws {PublishRefused} when not even the reduced message was taken. */
async function publish(deps: DeliverDeps, message: AlertMessage): Promise<void> {
  try {
    await deps.publisher.publish(message);
  } catch (thrown) {
    if (!(thrown instanceof PublishRefused)) throw thrown;
    deps.log.warn('alert reduced', { id: message.id, why: thrown.message });
    await deps.publisher.publish(reduced(message));
  }
}

async function messageFor(
  deps: DeliverDeps,
  event: EventRecord,
  attempts: number,
): Promise<AlertMessage> {
  const { storeId } = deps;
  const supersededBy = attempts === 0 ? undefined : await overtakenBy(deps, event);
  return renderAlert(event, supersededBy === undefined ? { storeId } : { storeId, supersededBy });
}

/** The newest event of the subject that was delivered before this one: only a failed attempt lets that happen. */
async function overtakenBy(deps: DeliverDeps, event: EventRecord): Promise<string | undefined> {
  const newest = await newestOf(deps, event.subject);
  if (newest === undefined || newest.seq <= event.seq) return undefined;
  const waiting = (await deps.events.marked(event.subject)).map((marked) => marked.event.seq);
  for (let seq = newest.seq; seq > event.seq; seq--) {
    if (!waiting.includes(seq)) return eventIdOf({ subject: event.subject, seq });
  }
  return undefined;
}

/** Undefined when it cannot be read, now or later: an alert must not wait for ever for a remark. */
async function newestOf(deps: DeliverDeps, subject: string): Promise<EventRecord | undefined> {
  try {
    return (await deps.events.history(subject, { limit: 1 }))[0];
  } catch (thrown) {
    if (!(thrown instanceof TagwardenError) || thrown.temporary) throw thrown;
    deps.log.warn('newest event is unreadable', { subject, why: thrown.message });
    return undefined;
  }
}

function backoffAfter(attempts: number): Duration {
  return Math.min(FIRST_BACKOFF * 2 ** Math.min(attempts, 16), LONGEST_BACKOFF);
}
