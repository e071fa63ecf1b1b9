import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';

export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';

export interface Published {
  /** The message of one that is the same for every protocol. */
  readonly message: string | undefined;
  readonly subject: string | undefined;
  /** By protocol, as SNS would hand it out; none of a message without structure. */
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Amazon SNS as far as publishing goes: its Query protocol over HTTP, and the rules it refuses by. */
export class SnsDouble {
  readonly published: Published[] = [];
  /** Answers of the next requests, instead of its own. */
  readonly failures: Refusal[] = [];
  readonly client: SNSClient;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#serve(request, response));
    const { port } = server.address() as AddressInfo;
    this.client = new SNSClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  }

  static async start(): Promise<SnsDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SnsDouble(server);
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString());
    const refusal = this.failures.shift() ?? this.#publish(form);
    response.setHeader('content-type', 'text/xml');
    response.statusCode = refusal?.status ?? 200;
    response.end(refusal === undefined ? PUBLISHED : errorOf(refusal));
  }

  #publish(form: URLSearchParams): Refusal | undefined {
    if (form.get('Action') !== 'Publish') return invalid('Action');
    if (form.get('TopicArn') !== TOPIC) {
      return { status: 404, code: 'NotFound', message: 'Topic does not exist' };
    }
    const message = form.get('Message') ?? '';
    const attributes = attributesOf(form);
    const subject = form.get('Subject') ?? undefined;
    const size = [...Object.entries(attributes)].reduce(
      (sum, [name, { type, value }]) => sum + Buffer.byteLength(name + type + value),
      Buffer.byteLength(message),
    );
    if (size > 262_144) return invalid('Message too long');
    if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) {
      return invalid('Subject');
    }
    const wrong = Object.entries(attributes).find(([name, each]) => !isValid(name, each));
    if (wrong !== undefined) {
      return { status: 400, code: 'ParameterValueInvalid', message: `attribute ${wrong[0]}` };
    }
    if (message === '') return invalid('Empty message');
    if (form.get('MessageStructure') !== 'json') {
      this.published.push({ message, subject, messages: {}, attributes });
      return undefined;
    }
    const messages = protocols(message);
    if (messages?.default === undefined) return invalid('Message Structure - No default entry');
    this.published.push({ message: undefined, subject, messages, attributes });
    return undefined;
  }
}

function protocols(message: string): Record<string, string> | undefined {
  try {
    return JSON.parse(message) as Record<string, string>;
  } catch {
    return undefined;
  }
}

function attributesOf(form: URLSearchParams): Record<string, { type: string; value: string }> {
  const attributes: Record<string, { type: string; value: string }> = {};
  for (let n = 1; ; n++) {
    const entry = `MessageAttributes.entry.${n}`;
    const name = form.get(`${entry}.Name`);
    if (name === null) return attributes;
    attributes[name] = {
      type: form.get(`${entry}.Value.DataType`) ?? '',
      value: form.get(`${entry}.Value.StringValue`) ?? '',
    };
  }
}

function isValid(name: string, { type, value }: { type: string; value: string }): boolean {
  if (!/^(?!AWS\.|Amazon\.)[\w-]+(\.[\w-]+)*$/i.test(name) || name.length > 256) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very characters that SNS refuses
  if (value === '' || /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(value)) return false;
  return type === 'String' || (type === 'String.Array' && Array.isArray(JSON.parse(value)));
}

function invalid(what: string): Refusal {
  return { status: 400, code: 'InvalidParameter', message: `Invalid parameter: ${what}` };
}

const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>94f20ce6-13c5-43a0-9a9e-ca52d816e90b</MessageId></PublishResult></PublishResponse>';

function errorOf({ code, message }: Refusal): string {
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
}
