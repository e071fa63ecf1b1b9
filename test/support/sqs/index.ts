import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface Failure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

const IDENTIFIER = /^[\x21-\x7e]{1,128}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that SQS refuses
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/u;
const LARGEST = 262_144;

/** Amazon SQS FIFO as far as sending goes: its JSON protocol over HTTP, and the rules it refuses by. */
export class SqsDouble {
  readonly messages: QueuedMessage[] = [];
  /** Number of requests, and of entries in each. */
  readonly batches: number[] = [];
  /** Of receipt handles: the seconds after which each comes again. */
  readonly hidden = new Map<string, number>();
  /** Says of an entry why it is not taken this time. */
  refuse: ((entry: Entry) => Omit<Failure, 'Id'> | undefined) | undefined;
  /** Whole requests that are answered with this status. */
  down = 0;
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly #seen = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
    const { port } = server.address() as AddressInfo;
    this.queueUrl = `http://127.0.0.1:${port}/123456789012/jobs.fifo`;
    this.client = new SQSClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  }

  static async start(): Promise<SqsDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SqsDouble(server);
  }

  /** Bodies, in the order of one group. */
  bodiesOf(group: string): unknown[] {
    return this.messages.filter((each) => each.group === group).map(({ body }) => JSON.parse(body));
  }

  clear(): void {
    this.messages.length = 0;
    this.batches.length = 0;
    this.#seen.clear();
    this.hidden.clear();
    this.refuse = undefined;
    this.down = 0;
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
    const target = String(request.headers['x-amz-target']);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (this.down > 0) {
      this.down--;
      response.statusCode = 503;
      response.end(JSON.stringify({ __type: 'ServiceUnavailable', message: 'injected' }));
      return;
    }
    const { status, body } = this.#answer(target, input);
    response.statusCode = status;
    response.end(JSON.stringify(body));
  }

  #answer(target: string, input: Record<string, unknown>): { status: number; body: object } {
    if (input.QueueUrl !== this.queueUrl) return invalid('AWS.SimpleQueueService.NonExistentQueue');
    if (target === 'AmazonSQS.SendMessageBatch') return this.#send(input.Entries as Entry[]);
    if (target === 'AmazonSQS.ChangeMessageVisibility') {
      this.hidden.set(String(input.ReceiptHandle), Number(input.VisibilityTimeout));
      return { status: 200, body: {} };
    }
    return invalid(`UnknownOperation ${target}`);
  }

  #send(entries: readonly Entry[]): { status: number; body: object } {
    const size = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
    if (entries.length > 10) return invalid('AWS.SimpleQueueService.TooManyEntriesInBatchRequest');
    if (size > LARGEST) return invalid('AWS.SimpleQueueService.BatchRequestTooLong');
    this.batches.push(entries.length);
    const failed = entries.flatMap((entry) => {
      const failure = this.refuse?.(entry) ?? problemOf(entry);
      return failure === undefined ? [] : [{ Id: entry.Id, ...failure }];
    });
    const taken = entries.filter(({ Id }) => !failed.some((failure) => failure.Id === Id));
    const body = { Successful: taken.map((entry) => this.#take(entry)), Failed: failed };
    return { status: 200, body };
  }

  #take({ Id, MessageBody, MessageGroupId = '', MessageDeduplicationId = '' }: Entry): object {
    const id = randomUUID();
    if (!this.#seen.has(MessageDeduplicationId)) {
      this.#seen.add(MessageDeduplicationId);
      const message = { id, body: MessageBody, group: MessageGroupId };
      this.messages.push({ ...message, deduplicationId: MessageDeduplicationId });
    }
    const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
    return { Id, MessageId: id, MD5OfMessageBody, SequenceNumber: String(this.messages.length) };
  }
}

function problemOf(entry: Entry): Omit<Failure, 'Id'> | undefined {
  const { MessageBody, MessageGroupId = '', MessageDeduplicationId = '' } = entry;
  const fault = (Code: string) => ({ SenderFault: true, Code, Message: 'refused' });
  if (NOT_XML.test(MessageBody)) return fault('InvalidMessageContents');
  if (!IDENTIFIER.test(MessageGroupId)) return fault('InvalidParameterValue');
  if (!IDENTIFIER.test(MessageDeduplicationId)) return fault('InvalidParameterValue');
  return undefined;
}

function invalid(type: string): { status: number; body: object } {
  return { status: 400, body: { __type: `com.amazonaws.sqs#${type}`, message: type } };
}
