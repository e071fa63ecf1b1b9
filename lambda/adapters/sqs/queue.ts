import { createHash } from 'node:crypto';
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type JobMessage, type JobQueue, JobsRefused } from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import { QueueError } from './errors.ts';
import { bodyOf } from './write-job.ts';

export interface SqsQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** Resolves after that many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** Of SendMessageBatch: entries, and bytes of all of them together as of each. */
const MOST = 10;
const LARGEST = 256 * 1024;

const ATTEMPTS = 5;
const FIRST_PAUSE = 100;

/** Jobs on their way over an SQS FIFO queue: the lane is the message group. */
export function createSqsQueue(options: SqsQueueOptions): JobQueue {
  return new SqsQueue(options);
}

class SqsQueue implements JobQueue {
  readonly #options: Required<SqsQueueOptions>;

  constructor(options: SqsQueueOptions) {
    this.#options = { random: Math.random, ...options };
  }

  async send(messages: readonly JobMessage[]): Promise<void> {
    const entries = messages.map(entryOf);
    const refused = entries.filter(isTooLarge).map(tooLarge);
    for (const batch of batchesOf(entries.filter((entry) => !isTooLarge(entry)))) {
      refused.push(...(await this.#sendAll(batch)));
    }
    if (refused.length > 0) throw new JobsRefused(refused.join('; '));
  }

  /** Until all are taken, or refused for good: why they are. @throws {QueueError} */
  async #sendAll(batch: readonly Entry[]): Promise<string[]> {
    const refused: string[] = [];
    let rest = batch;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await this.#pause(attempt);
      const failed = await this.#sendOnce(rest);
      const again = failed.filter(({ SenderFault }) => SenderFault !== true);
      refused.push(...failed.filter(({ SenderFault }) => SenderFault === true).map(reasonOf));
      const ids = new Set(again.map(({ Id }) => Id));
      rest = rest.filter(({ Id }) => ids.has(Id));
      if (rest.length === 0) return refused;
    }
    const { length } = batch;
    throw new QueueError(`${rest.length} of ${length} jobs were not taken again and again`);
  }

  async #sendOnce(entries: readonly Entry[]): Promise<readonly BatchResultErrorEntry[]> {
    const { client, queueUrl } = this.#options;
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...entries] });
    try {
      return (await client.send(command)).Failed ?? [];
    } catch (thrown) {
      throw new QueueError(`send ${entries.length} jobs: ${messageOf(thrown)}`, thrown);
    }
  }

  /** Full jitter: of many that were throttled together, few come back together. */
  #pause(attempt: number): Promise<unknown> {
    const { sleep, random } = this.#options;
    return sleep(random() * FIRST_PAUSE * 2 ** attempt);
  }
}

type Entry = SendMessageBatchRequestEntry & { readonly MessageBody: string };

function entryOf({ group, deduplicationId, body }: JobMessage, index: number): Entry {
  return {
    Id: String(index),
    MessageBody: bodyOf(body),
    MessageGroupId: identifier(group),
    MessageDeduplicationId: identifier(deduplicationId),
  };
}

/** SQS takes 128 printable ASCII characters for either; a registry's host may have more. */
function identifier(text: string): string {
  if (/^[\x21-\x7e]{1,128}$/.test(text)) return text;
  return createHash('sha256').update(text).digest('hex');
}

function sizeOf({ MessageBody }: Entry): number {
  return Buffer.byteLength(MessageBody);
}

function isTooLarge(entry: Entry): boolean {
  return sizeOf(entry) > LARGEST;
}

function tooLarge(entry: Entry): string {
  return `job ${entry.MessageDeduplicationId} has ${sizeOf(entry)} bytes, expected at most ${LARGEST}`;
}

function reasonOf({ Id, Code, Message }: BatchResultErrorEntry): string {
  return `job ${Id} of the batch: ${Code ?? 'refused'} ${Message ?? ''}`.trim();
}

/** In order, each within what one request may hold. */
function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const batch = batches.at(-1);
    room -= size;
    if (batch !== undefined && batch.length < MOST && room >= 0) {
      batch.push(entry);
    } else {
      batches.push([entry]);
      room = LARGEST - size;
    }
  }
  return batches;
}
