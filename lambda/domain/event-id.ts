import { parseReference, tagKeyOf } from './reference.ts';

export interface EventIdParts {
  readonly subject: string;
  readonly seq: number;
}

/** What is not about one tag has a subject of its own. */
const OTHER_SUBJECT = /^(?:registry|baseline|test|watch):[^/]+$/;

/**
 * `alpine:edge#3`: the subject of an event and its number; undefined when it is no event's id.
 *
 * @throws {InvalidReferenceError} when the part before the number is no reference
 */
export function parseEventId(text: string): EventIdParts | undefined {
  const [, subject, digits] = /^(.+)#(\d{1,10})$/.exec(text) ?? [];
  if (subject === undefined || Number(digits) < 1) return undefined;
  const canonical = OTHER_SUBJECT.test(subject) ? subject : tagKeyOf(parseReference(subject));
  return { subject: canonical, seq: Number(digits) };
}
