import { eventIdOf } from '../../domain/event.ts';
import type { AlertMessage } from '../ports.ts';

const LONGEST_LINE = 1000;

/**
 * The same alert without anything that a registry could have made too long or unfit: the channel
 * refused the whole one. Its id stays, so that receivers see one alert.
 */
export function reduced(message: AlertMessage): AlertMessage {
  const { event, id, chat } = message;
  const line = message.line.slice(0, LONGEST_LINE);
  return {
    id,
    event,
    line,
    subject: `[${event.severity.toUpperCase()}] ${event.kind}`,
    text: `${line}\n\nThe channel refused the whole alert. It is here:\ntagwarden show '${eventIdOf(event)}'\n`,
    cloudEvent: JSON.stringify({
      specversion: '1.0',
      id,
      source: 'tagwarden',
      type: `dev.tagwarden.${event.kind}.v1`,
      subject: event.subject,
      time: event.at,
      datacontenttype: 'application/json',
      data: { reduced: true, severity: event.severity, state: event.state },
    }),
    // Bounded and escaped as it is.
    chat,
    attributes: { kind: event.kind, severity: event.severity, state: event.state },
  };
}
