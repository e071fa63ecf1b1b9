import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isDisconnection } from '../../../domain/errors.ts';
import { StoreError } from '../errors.ts';
import { type Access, PROOF_HEADER, proofOf } from './access.ts';

export interface ClientOptions {
  readonly port: number;
  readonly access: Access;
  /** @default 3 */
  readonly maxAttempts?: number;
  /** Why the other side cannot be there any more, once a connection has failed. */
  readonly whyGone?: () => string | undefined;
}

interface Http {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of the embedded database of another process. */
export function clientOf({ port, access, maxAttempts = 3, whyGone }: ClientOptions) {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'embedded',
    credentials: access,
    maxAttempts,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 30_000,
      httpAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      refuseImpostor(access, args.request as Http, result.response as Http);
      return result;
    },
    // Next to the wire: the request is signed, and nobody has read the answer yet.
    { step: 'deserialize', name: 'refuseImpostor', priority: 'low' },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (thrown) {
        throw explained(thrown, whyGone);
      }
    },
    { step: 'initialize', name: 'explain', priority: 'high' },
  );
  return client;
}

/**
 * When the process that held the store is gone, another user's process may get its port and answer
 * in its place: only who can read store.json can sign an answer.
 */
function refuseImpostor(access: Access, sent: Http, { headers = {} }: Http): void {
  const { authorization = '' } = sent.headers ?? {};
  if (headers[PROOF_HEADER] === proofOf(access, authorization)) return;
  throw new StoreError('UNAVAILABLE', 'what answers on the port of the store is not the store');
}

function explained(thrown: unknown, whyGone: ClientOptions['whyGone']): unknown {
  const why = isDisconnection(thrown ?? {}) ? whyGone?.() : undefined;
  return why === undefined ? thrown : new StoreError('UNAVAILABLE', why, thrown);
}
