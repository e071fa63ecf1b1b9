import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { createQuietLogger } from '../../../lambda/adapters/runtime/logger.ts';
import type { Measure, Meter } from '../../../lambda/application/measures.ts';
import type { Job, JobMessage, JobQueue } from '../../../lambda/application/ports.ts';

/** An invocation with that much time; it stands still, as the clocks of tests do. */
export function aContext(remaining = 300_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:function',
    memoryLimitInMB: '1024',
    awsRequestId: '7b2c5a2e-0000-4000-8000-000000000000',
    logGroupName: 'log',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remaining,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: Record<string, unknown> | undefined;
}

/** Keeps what a function says. */
export class RecordingLog {
  readonly lines: Line[] = [];
  readonly log = {
    ...createQuietLogger(),
    begin: () => {},
    info: (message: string, fields?: Record<string, unknown>) =>
      this.#keep('info', message, fields),
    warn: (message: string, fields?: Record<string, unknown>) =>
      this.#keep('warn', message, fields),
    error: (message: string, fields?: Record<string, unknown>) =>
      this.#keep('error', message, fields),
  };

  #keep(level: Line['level'], message: string, fields?: Record<string, unknown>): void {
    this.lines.push({ level, message, fields });
  }
}

/** Adds up what a function measures. */
export class RecordingMeter implements Meter {
  readonly measures: Measure[] = [];

  emit(measures: readonly Measure[]): void {
    this.measures.push(...measures);
  }

  sum(name: Measure['name']): number {
    const plain = this.measures.filter(
      (each) => each.name === name && each.dimension === undefined,
    );
    return plain.reduce((sum, { value }) => sum + value, 0);
  }
}

/** Keeps what is sent, as the records that a function would be given. */
export class RecordingQueue implements JobQueue {
  readonly messages: JobMessage[] = [];

  async send(messages: readonly JobMessage[]): Promise<void> {
    this.messages.push(...messages);
  }

  /** Takes them out, each as an event of its own: the batch size of the stack is 1. */
  take(): SQSEvent[] {
    return this.messages.splice(0).map((message) => sqsEvent(JSON.stringify(message.body)));
  }

  get jobs(): Job[] {
    return this.messages.map(({ body }) => body);
  }
}

export function sqsEvent(...bodies: readonly string[]): SQSEvent {
  return { Records: bodies.map(sqsRecord) };
}

function sqsRecord(body: string, index: number): SQSRecord {
  return {
    messageId: `message-${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: 'ghcr.io',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:jobs.fifo',
    awsRegion: 'eu-central-1',
  };
}
