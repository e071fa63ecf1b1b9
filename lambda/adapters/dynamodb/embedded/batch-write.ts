import deleteItem from 'dynalite/actions/deleteItem.js';
import putItem from 'dynalite/actions/putItem.js';
import { type Action, RequestRefused } from './operations.ts';

interface Batch {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

type Attributes = Readonly<Record<string, unknown>>;

/** Each item of the batch is a write of its own, as DynamoDB promises no more. */
export async function batchWriteItem(
  data: object,
  act: (action: Action, data: object) => Promise<object>,
): Promise<object> {
  const writes = Object.entries((data as Batch).RequestItems).flatMap(([TableName, requests]) =>
    requests.map((request) => ({ TableName, ...request })),
  );
  refuseDuplicates(writes);
  const acts = writes.map(({ TableName, PutRequest, DeleteRequest }) =>
    PutRequest === undefined
      ? act(deleteItem, { TableName, Key: DeleteRequest?.Key })
      : act(putItem, { TableName, Item: PutRequest.Item }),
  );
  // All have ended before the failure of one is told.
  const ends = await Promise.allSettled(acts);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return { UnprocessedItems: {} };
}

function refuseDuplicates(writes: readonly WriteRequest[]): void {
  const keys = writes.map(({ PutRequest, DeleteRequest }) => {
    const { pk, sk } = PutRequest?.Item ?? DeleteRequest?.Key ?? {};
    return JSON.stringify([pk, sk]);
  });
  if (new Set(keys).size === keys.length) return;
  throw new RequestRefused(
    'com.amazon.coral.validate#ValidationException',
    'Provided list of item keys contains duplicates',
  );
}
