import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Access, isAdmitted, PROOF_HEADER, proofOf } from './access.ts';
import { type Answer, type Answering, answerTo, failure } from './answer.ts';

/** DynamoDB's own limit on a request is 16 MB. */
const BODY_BYTES = 17 * 1024 * 1024;

/** DynamoDB's wire protocol (`application/x-amz-json-1.0`) on top of the embedded database. */
export function createEndpoint(database: Answering, access: Access): Server {
  const server = createServer((request, response) => {
    respond(database, access, request, response).catch(() => response.destroy());
  });
  // A connection that is closed just when a request comes is an error that need not be.
  server.keepAliveTimeout = 0;
  return server;
}

async function respond(
  database: Answering,
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { authorization } = request.headers;
  // Any user of this machine can connect to a port on loopback: who cannot read store.json gets nothing.
  const admitted = isAdmitted(access, authorization);
  const { status, body } = admitted ? await answerOver(database, request) : REFUSED;
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    ...(admitted && { [PROOF_HEADER]: proofOf(access, authorization ?? '') }),
    ...(!admitted && { connection: 'close' }),
  });
  response.end(body);
}

const REFUSED: Answer = {
  status: 403,
  body: Buffer.from(
    JSON.stringify({ __type: 'UnrecognizedClientException', message: 'not the key of this store' }),
  ),
};

async function answerOver(database: Answering, request: IncomingMessage): Promise<Answer> {
  const target = String(request.headers['x-amz-target'] ?? '');
  try {
    return await answerTo(database, target, await bodyOf(request));
  } catch (thrown) {
    return failure(thrown);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > BODY_BYTES) throw new Error(`request over ${BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
