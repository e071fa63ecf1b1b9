import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Access, isAdmitted, PROOF_HEADER, proofOf } from './access.ts';
import { detailOf, isDiskFull } from './failure.ts';
import { isOperation, type OperationName } from './operations.ts';

/** What answers requests: the embedded database. */
export interface Answering {
  answer(operation: OperationName, request: object): Promise<object>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

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
  const answer = admitted ? await answerTo(database, request) : REFUSED;
  const body = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    ...(admitted && { [PROOF_HEADER]: proofOf(access, authorization ?? '') }),
    ...(!admitted && { connection: 'close' }),
  });
  response.end(body);
}

const REFUSED: Answer = {
  status: 403,
  body: { __type: 'UnrecognizedClientException', message: 'not the key of this store' },
};

async function answerTo(database: Answering, request: IncomingMessage): Promise<Answer> {
  const operation = String(request.headers['x-amz-target'] ?? '').replace(/^DynamoDB_\d+\./, '');
  if (!isOperation(operation)) {
    return { status: 400, body: { __type: 'UnknownOperationException', message: operation } };
  }
  try {
    const data: unknown = JSON.parse(await bodyOf(request));
    return { status: 200, body: await database.answer(operation, data as object) };
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

function failure(thrown: unknown): Answer {
  const { statusCode, body } = thrown as { statusCode?: number; body?: object };
  if (statusCode !== undefined && body !== undefined) return { status: statusCode, body };
  const message = detailOf(thrown);
  // The SDK does not try again after a 507: a full disk is to be told at once.
  return isDiskFull(thrown)
    ? { status: 507, body: { __type: 'DiskFull', message } }
    : { status: 500, body: { __type: 'InternalServerError', message } };
}
