import { renderAlert } from '../domain/alert.ts';
import { messageOf, TagwardenError } from '../domain/errors.ts';
import { type EventRecord, eventIdOf } from '../domain/event.ts';
import { type Duration, HOUR, plus, SECOND, type Timestamp } from '../domain/time.ts';
import { forEachConcurrent } from './concurrency.ts';
import { reduced } from './deliver/reduced.ts';
import type { Deps } from './deps.ts';
import { type AlertMessage, type MarkedEvent, PublishRefused } from './ports.ts';

export interface DeliveryReport {
  readonly delivered: number;
  /** Events without an alert that lost their mark. */
  readonly silent: number;
  /** Tried, and to be tried again. */
  readonly deferred: number;
  /** Refused for good by the channel. */
  readonly setAside: number;
}

export type DeliverDeps = Pick<Deps, 'events' | 'publisher' | 'log' | 'storeId'>;

type Outcome = keyof DeliveryReport | 'stuck';

const PAGE = 100;
const SUBJECTS_AT_ONCE = 8;
const FIRST_BACKOFF: Duration = 30 * SECOND;
const LONGEST_BACKOFF: Duration = HOUR;

/**
 * Finishes every event whose mark is due: completes its projection, publishes its alert, removes
 * the mark. What fails keeps its mark and is tried again later. One record never holds back the
 * others; only the list of what is due itself can fail, and then throws.
 */
export async function deliver(deps: DeliverDeps, now: Timestamp): Promise<DeliveryReport> {
  const report = { delivered: 0, silent: 0, deferred: 0, setAside: 0 };
  const stuck = new Set<string>();
  let held = 0;
  for (;;) {
    // One stuck subject may hold more events than a page has, and all of them the oldest: each
    // round looks past those of the last, at least twice as far, so that rounds stay few.
    const limit = PAGE + 2 * held;
    const due = await deps.events.due(now, limit);
    const subjects = new Set(due.map(({ event }) => event.subject).filter((s) => !stuck.has(s)));
    let progress = 0;
    await forEachConcurrent(subjects, SUBJECTS_AT_ONCE, async (subject) => {
      for (const outcome of await deliverSubject(deps, subject, now)) {
        if (outcome === 'stuck') stuck.add(subject);
        else progress = ++report[outcome];
      }
    });
    const before = held;
    held = due.filter(({ event }) => stuck.has(event.subject)).length;
    if (due.length < limit || (progress === 0 && held <= before)) return report;
  }
}

/** In the order of their numbers, also those in their backoff: a later one must not overtake them. */
async function deliverSubject(
  deps: DeliverDeps,
  subject: string,
  now: Timestamp,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  try {
    for (const marked of await deps.events.marked(subject)) {
      outcomes.push(await deliverOne(deps, marked, now));
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
