import {
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Cloud } from './cloud.ts';
import { until } from './until.ts';

/** A job as it was in the queue. */
export interface CaughtJob {
  readonly body: string;
  readonly group: string;
}

/** The queue of jobs, as somebody with the owner's permissions can meddle with it. */
export class Jobs {
  readonly #cloud: Cloud;
  readonly #scan: string;
  readonly #queue: string;
  readonly #deadLetters: string;
  #sent = 0;

  /** @param scan Name of the function; the others are URLs. */
  constructor(cloud: Cloud, scan: string, queue: string, deadLetters: string) {
    this.#cloud = cloud;
    this.#scan = scan;
    this.#queue = queue;
    this.#deadLetters = deadLetters;
  }

  /** A job whose worker died comes again after so many seconds. */
  async comeAgainAfter(seconds: number): Promise<void> {
    const Attributes = { VisibilityTimeout: String(seconds) };
    await this.#cloud.queues.send(
      new SetQueueAttributesCommand({ QueueUrl: this.#queue, Attributes }),
    );
  }

  /** Whether jobs are handed to the function. */
  async enable(Enabled: boolean): Promise<void> {
    const { functions } = this.#cloud;
    const { EventSourceMappings: found = [] } = await functions.send(
      new ListEventSourceMappingsCommand({ FunctionName: this.#scan }),
    );
    for (const { UUID } of found) {
      await functions.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    }
  }

  /** Takes one that is like this out of the queue. */
  catch(like: (job: { readonly kind: string }) => boolean): Promise<CaughtJob> {
    return until('a job in the queue', { within: 90_000 }, async () => {
      const found = (await this.#receive(this.#queue)).find(({ Body = '' }) =>
        like(JSON.parse(Body)),
      );
      if (found !== undefined) await this.#delete(this.#queue, found);
      return found === undefined ? undefined : jobOf(found);
    });
  }

  /** Puts a job into the queue, or into that of dead letters; never taken for one that was there before. */
  async send({ body, group }: CaughtJob, where: 'queue' | 'deadLetters' = 'queue'): Promise<void> {
    await this.#cloud.queues.send(
      new SendMessageCommand({
        QueueUrl: where === 'queue' ? this.#queue : this.#deadLetters,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: `e2e-${++this.#sent}`,
      }),
    );
  }

  /** What StartMessageMoveTask does, which the emulator has not: all dead letters, back to where they came from. */
  async redrive(): Promise<readonly CaughtJob[]> {
    const moved: CaughtJob[] = [];
    for (;;) {
      const messages = await this.#receive(this.#deadLetters);
      if (messages.length === 0) return moved;
      for (const message of messages) {
        await this.send(jobOf(message));
        await this.#delete(this.#deadLetters, message);
        moved.push(jobOf(message));
      }
    }
  }

  async #receive(QueueUrl: string): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#cloud.queues.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    return Messages;
  }

  async #delete(QueueUrl: string, { ReceiptHandle }: Message): Promise<void> {
    await this.#cloud.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}

function jobOf({ Body = '', Attributes = {} }: Message): CaughtJob {
  return { body: Body, group: Attributes.MessageGroupId ?? '' };
}
