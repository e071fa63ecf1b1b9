import { detailOf, isDiskFull } from './failure.ts';
import { isOperation, type OperationName } from './operations.ts';

/** What answers requests: the embedded database. */
export interface Answering {
  answer(operation: OperationName, request: object): Promise<object>;
}

/** As DynamoDB would send it. */
export interface Answer {
  /** Of HTTP. */
  readonly status: number;
  /** JSON, in UTF-8. */
  readonly body: Uint8Array;
}

/**
 * One request of DynamoDB's wire protocol, however it came here; a failure is an answer too.
 *
 * @param target - of the header `x-amz-target`: `DynamoDB_20120810.GetItem`
 * @param text - JSON
 */
export async function answerTo(database: Answering, target: string, text: string): Promise<Answer> {
  const operation = target.replace(/^DynamoDB_\d+\./, '');
  if (!isOperation(operation)) {
    return answer(400, { __type: 'UnknownOperationException', message: operation });
  }
  try {
    return answer(200, await database.answer(operation, JSON.parse(text)));
  } catch (thrown) {
    return failure(thrown);
  }
}

/** The answer to a request that could not be fulfilled, or not even be read. */
export function failure(thrown: unknown): Answer {
  const { statusCode, body } = thrown as { statusCode?: number; body?: object };
  if (statusCode !== undefined && body !== undefined) return answer(statusCode, body);
  const message = detailOf(thrown);
  // The SDK does not try again after a 507: a full disk is to be told at once.
  return isDiskFull(thrown)
    ? answer(507, { __type: 'DiskFull', message })
    : answer(500, { __type: 'InternalServerError', message });
}

const UTF8 = new TextEncoder();

/** Bytes of their own, not a piece of a pool: they may be handed over to another thread. */
function answer(status: number, body: object): Answer {
  return { status, body: UTF8.encode(JSON.stringify(body)) };
}
