import { type EventIdParts, parseEventId } from '../lambda/domain/event-id.ts';
import {
  formatReference,
  parseReference,
  type Reference,
  stripTransport,
  tagKeyOf,
} from '../lambda/domain/reference.ts';
import { UsageError } from './cli-error.ts';

/** A reference as people type and paste it, `docker://` and the like included. */
export function readReference(text: string): Reference {
  return parseReference(stripTransport(text));
}

/** The key of a tag that is watched: a digest behind the tag is ignored. */
export function readTagKey(text: string): string {
  return tagKeyOf(readReference(text));
}

/** `REF#SEQ`: the subject of an event and its number. @throws {UsageError} */
export function readEventId(text: string): EventIdParts {
  const parts = parseEventId(stripTransport(text));
  if (parts !== undefined) return parts;
  throw new UsageError(
    `${JSON.stringify(text)}: expected an event as REF#NUMBER, such as alpine:edge#3`,
  );
}

/** The image that was verified: by digest, whatever the tag does meanwhile. */
export function pinned(reference: Reference, digest: NonNullable<Reference['digest']>): string {
  const { registry, repository } = reference;
  return formatReference({ registry, repository, digest });
}
