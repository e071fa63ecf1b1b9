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
export function readEventId(text: string): { readonly subject: string; readonly seq: number } {
  const [, subject, digits] = /^(.+)#(\d{1,10})$/.exec(text) ?? [];
  if (subject === undefined || Number(digits) < 1) {
    throw new UsageError(
      `${JSON.stringify(text)}: expected an event as REF#NUMBER, such as alpine:edge#3`,
    );
  }
  // What is not about one tag has a subject of its own.
  const other = /^(?:registry|baseline|test):[^/]+$/.test(subject);
  return { subject: other ? subject : readTagKey(subject), seq: Number(digits) };
}

/** The image that was verified: by digest, whatever the tag does meanwhile. */
export function pinned(reference: Reference, digest: NonNullable<Reference['digest']>): string {
  const { registry, repository } = reference;
  return formatReference({ registry, repository, digest });
}
