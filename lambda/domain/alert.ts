/** An event as people and machines are told of it: pure text, made of the event and nothing else. */
import { chatOf } from './alert/chat.ts';
import { cloudEventOf } from './alert/cloud-event.ts';
import { lineOf, subjectOf } from './alert/headline.ts';
import type { AlertMessage } from './alert/message.ts';
import { textOf } from './alert/text.ts';
import { type EventRecord, eventIdOf } from './event.ts';

export type { AlertMessage } from './alert/message.ts';

export interface AlertContext {
  /** Makes the event's id unique among all Tagwardens. */
  readonly storeId: string;
  /** Id of a later event of the same subject that was delivered before this one. */
  readonly supersededBy?: string;
}

export function renderAlert(event: EventRecord, context: AlertContext): AlertMessage {
  const { storeId, supersededBy } = context;
  const id = `${storeId}/${eventIdOf(event)}`;
  return {
    id,
    event,
    line: lineOf(event, supersededBy),
    subject: subjectOf(event),
    text: textOf(event, id, supersededBy),
    cloudEvent: cloudEventOf(event, { ...context, id }),
    chat: chatOf(event, id, supersededBy),
    attributes: attributesOf(event),
  };
}

/** What SNS filter policies match; an empty attribute would be refused, so it is left out. */
function attributesOf(event: EventRecord): AlertMessage['attributes'] {
  const { kind, severity, state, registry, repository, now, watches } = event;
  const labels = [...new Set(watches.flatMap((watch) => watch.labels))].sort();
  return {
    kind,
    severity,
    state,
    ...(registry === undefined ? {} : { registry }),
    ...(repository === undefined ? {} : { repository }),
    ...(now?.verdict === undefined ? {} : { verdict: now.verdict }),
    ...(labels.length === 0 ? {} : { labels }),
  };
}
