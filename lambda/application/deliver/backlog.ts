import { between, type Duration, type Timestamp } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';

/** Of what is not delivered, so many are looked at. */
const MOST_COUNTED = 1_000;
/** Every mark is due by then. */
const ALWAYS: Timestamp = '9999-12-31T23:59:59.999Z';

/** What waits to be delivered, whether it is due or not. */
export interface Backlog {
  /** Exact up to 1,000. */
  readonly pending: number;
  /** Since the event of the oldest of them; 0 when there is none. */
  readonly oldest: Duration;
}

export async function backlogOf(
  { events }: Pick<Deps, 'events'>,
  now: Timestamp,
): Promise<Backlog> {
  const waiting = await events.due(ALWAYS, MOST_COUNTED);
  const ages = waiting.map(({ event }) => between(event.at, now));
  return { pending: waiting.length, oldest: Math.max(0, ...ages) };
}
