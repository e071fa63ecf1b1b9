import type { EventRecord } from '../event.ts';
import { asciiJson } from './escape.ts';

/** CloudEvents 1.0, structured JSON. `data` is the event without what only the store needs (`after`, sightings). */
export function cloudEventOf(
  event: EventRecord,
  envelope: { readonly id: string; readonly storeId: string; readonly supersededBy?: string },
): string {
  const { v, subject, at, commitId: _commit, after: _after, sightings: _seen, ...told } = event;
  const { supersededBy } = envelope;
  const cloudEvent = {
    specversion: '1.0',
    id: envelope.id,
    source: `urn:tagwarden:${encodeURIComponent(envelope.storeId)}`,
    type: `dev.tagwarden.${event.kind}.v${v}`,
    subject,
    time: at,
    datacontenttype: 'application/json',
    data: { ...told, ...(supersededBy === undefined ? {} : { supersededBy }) },
  };
  return asciiJson(cloudEvent);
}
