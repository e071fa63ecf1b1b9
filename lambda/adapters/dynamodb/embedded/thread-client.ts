import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DatabaseThread } from './thread.ts';

interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const REQUEST_TIMEOUT = 30_000;
const NOBODY = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

/**
 * A client for the process that has the database open: the same requests and answers as over HTTP,
 * but handed to the thread and back. Nobody else can be on the way, so that nothing is signed.
 */
export function clientOfThread(thread: Pick<DatabaseThread, 'ask'>): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: 'http://embedded',
    region: 'embedded',
    credentials: NOBODY,
    signer: async () => ({ sign: async (request) => request }),
    requestHandler: {
      metadata: { handlerProtocol: 'thread' },
      async handle({ headers, body = '' }: WireRequest, options: { abortSignal?: AbortSignal }) {
        const patience = { timeout: REQUEST_TIMEOUT, signal: options.abortSignal };
        const answer = await thread.ask(headers['x-amz-target'] ?? '', textOf(body), patience);
        return { response: { statusCode: answer.status, headers: {}, body: answer.body } };
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
      destroy() {},
    },
  });
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string'
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
}
