import batchGetItem from 'dynalite/actions/batchGetItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { ActionStore, Done } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import updateItemRules from 'dynalite/validations/updateItem.js';

export type Action = (store: ActionStore, data: object, done: Done<object>) => void;

/** Every operation there is. The store needs no others: Scan least of all. */
export const OPERATIONS = {
  BatchGetItem: { rules: batchGetItemRules, action: batchGetItem },
  BatchWriteItem: { rules: batchWriteItemRules, action: undefined },
  DeleteItem: { rules: deleteItemRules, action: deleteItem },
  GetItem: { rules: getItemRules, action: getItem },
  PutItem: { rules: putItemRules, action: putItem },
  Query: { rules: queryRules, action: query },
  UpdateItem: { rules: updateItemRules, action: updateItem },
} as const;

export type OperationName = keyof typeof OPERATIONS;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/** A request that DynamoDB would refuse, as dynalite describes it. */
export class RequestRefused extends Error {
  readonly statusCode = 400;
  readonly body: { readonly __type: string; readonly message: string };

  constructor(type: string, message: string) {
    super(message);
    this.body = { __type: type, message };
  }
}
