import type { EventRecord } from '../event.ts';

/** A message that every channel can carry: one line, e-mail text, CloudEvent, and the filter attributes. */
export interface AlertMessage {
  /** `<store id>/<subject>#<seq>`: at least once means that it may repeat; drop by this. */
  readonly id: string;
  readonly event: EventRecord;
  /** For a terminal: time, severity, kind, subject, digests, verdict. No control characters. */
  readonly line: string;
  /** ASCII, under 100 characters (SNS refuses others). */
  readonly subject: string;
  readonly text: string;
  /** CloudEvents 1.0 JSON. */
  readonly cloudEvent: string;
  /** A custom notification of Amazon Q Developer in chat applications, as JSON. */
  readonly chat: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}
