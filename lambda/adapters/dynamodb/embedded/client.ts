import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StoreError } from '../errors.ts';
import { type Access, PROOF_HEADER, proofOf } from './access.ts';

interface Http {
  readonly headers?: Readonly<Record<string, string>>;
  readonly statusCode?: number;
}

/** A client of the embedded database behind that port. */
export function clientOf(port: number, access: Access, maxAttempts = 3): DynamoDBClient {
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
      const { headers } = args.request as Http;
      const result = await next(args);
      refuseImpostor(access, headers ?? {}, result.response as Http);
      return result;
    },
    // Next to the wire: the request is signed, and nobody has read the answer yet.
    { step: 'deserialize', name: 'refuseImpostor', priority: 'low' },
  );
  return client;
}

/**
 * When the process that held the store is gone, another user's process may get its port and answer
 * in its place: only who can read store.json can sign an answer.
 */
function refuseImpostor(access: Access, sent: Http['headers'], { headers = {} }: Http): void {
  const authorization = sent?.authorization ?? '';
  if (headers[PROOF_HEADER] === proofOf(access, authorization)) return;
  throw new StoreError('UNAVAILABLE', 'what answers on the port of the store is not the store');
}
