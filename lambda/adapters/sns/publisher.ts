import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type AlertMessage, type Publisher, PublishRefused } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';

/** Of the message with its attributes; SNS refuses more. */
const LARGEST = 256 * 1024;
const LONGEST_SUBJECT = 100;
/** SMS costs by the part, and is cut by SNS where it likes. */
const LONGEST_SMS = 140;

/**
 * Publishes to one topic. E-mail gets the readable text, queues and functions the CloudEvent; the
 * attributes are what filter policies match.
 */
export function createSnsPublisher(options: {
  readonly client: SNSClient;
  readonly topicArn: string;
}): Publisher {
  return {
    publish: async (message) => {
      const body = bodyOf(message);
      const attributes = attributesOf(message);
      checkSize(body, attributes);
      try {
        await options.client.send(
          new PublishCommand({
            TopicArn: options.topicArn,
            MessageStructure: 'json',
            Message: body,
            Subject: subjectOf(message),
            MessageAttributes: attributes,
          }),
        );
      } catch (thrown) {
        throw isRefusal(thrown)
          ? new PublishRefused(`sns refused ${message.id}: ${messageOf(thrown)}`, { cause: thrown })
          : thrown;
      }
    },
  };
}

/** By protocol; what has no entry of its own (e-mail, HTTP) gets the default. */
function bodyOf({ text, line, cloudEvent }: AlertMessage): string {
  return JSON.stringify({
    default: text,
    sms: line.slice(0, LONGEST_SMS),
    sqs: cloudEvent,
    lambda: cloudEvent,
    firehose: cloudEvent,
  });
}

/** ASCII without control characters, starting with one that can be seen: SNS refuses any other. */
function subjectOf({ subject, event }: AlertMessage): string {
  const ascii = subject.replace(/[^\x20-\x7e]/g, '?').trim();
  return ascii === '' ? event.kind : ascii.slice(0, LONGEST_SUBJECT);
}

/** SNS refuses a whole message for one empty value or one control character in it. */
function attributesOf({ attributes }: AlertMessage): Record<string, MessageAttributeValue> {
  const valid: Record<string, MessageAttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value.length === 0) continue;
    valid[name] =
      typeof value === 'string'
        ? { DataType: 'String', StringValue: printable(value) }
        : { DataType: 'String.Array', StringValue: JSON.stringify(value.map(printable)) };
  }
  return valid;
}

function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cs}/gu, '\ufffd');
}

/** @throws {PublishRefused} what SNS would only say after it was sent. */
function checkSize(body: string, attributes: Record<string, MessageAttributeValue>): void {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(`${name}${DataType}${StringValue}`);
  }
  if (size <= LARGEST) return;
  throw new PublishRefused(`found an alert of ${size} bytes, expected at most ${LARGEST}`);
}

const REFUSALS = [
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ParameterValueInvalidException',
  'ValidationException',
];

/**
 * Only what is wrong with this very message is refused for good. A topic that is wrong, missing or
 * not ours is a mistake of the installation: alerts must wait until it is mended, not be set aside.
 */
function isRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !REFUSALS.includes(thrown.name)) return false;
  return !/topic/i.test(thrown.message);
}
