import type { EventRecord } from '../domain/event.ts';
import { between, type Duration, SECOND } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import type { Delivery } from './ports.ts';

export interface Awaited {
  /** Absent when it was never committed. */
  readonly event?: EventRecord;
  readonly delivery?: Delivery;
}

const LOOK_AGAIN: Duration = SECOND;

/** Waits until the alert of an event that others commit is delivered or set aside, but no longer than that. */
export async function awaitDelivery(
  { events, clock }: Pick<Deps, 'events' | 'clock'>,
  { subject, seq }: { readonly subject: string; readonly seq: number },
  patience: Duration,
  signal: AbortSignal,
): Promise<Awaited> {
  const since = clock.now();
  for (;;) {
    const delivery = await events.delivery(subject, seq);
    const isOver = between(since, clock.now()) >= patience;
    if (isOver || (delivery !== undefined && delivery.kind !== 'waiting')) {
      const event = delivery && (await events.get(subject, seq));
      return { ...(event && { event }), ...(delivery && { delivery }) };
    }
    await clock.sleep(LOOK_AGAIN, signal);
  }
}
