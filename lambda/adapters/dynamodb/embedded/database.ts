import batchGetItem from 'dynalite/actions/batchGetItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import updateItem from 'dynalite/actions/updateItem.js';
import dynalite, { type ActionStore, type DatabaseStore } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { describeTable, type TableDescription } from '../../../contract/table-schema.ts';
import { batchWriteItem } from './batch-write.ts';
import { GroupWriter, ItemWrite } from './level.ts';

/** The operations there are. The others, Scan among them, the store must not need. */
const OPERATIONS = {
  BatchGetItem: { rules: batchGetItemRules, action: batchGetItem },
  BatchWriteItem: { rules: batchWriteItemRules, action: undefined },
  DeleteItem: { rules: deleteItemRules, action: deleteItem },
  GetItem: { rules: getItemRules, action: getItem },
  PutItem: { rules: putItemRules, action: putItem },
  Query: { rules: queryRules, action: query },
  UpdateItem: { rules: updateItemRules, action: updateItem },
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type Action = (store: ActionStore, data: object, done: Done) => void;
type Done = (error: Error | null, answer?: object) => void;

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

/**
 * One table of DynamoDB in LevelDB, on disk or in memory: dynalite's reading of requests,
 * expressions and indexes, on writes that are atomic and durable.
 */
export class EmbeddedDatabase {
  readonly #path: string | undefined;
  readonly #table: TableDescription & { TableStatus: 'ACTIVE' };
  #store: DatabaseStore;
  #writer: GroupWriter;
  #underWay = 0;
  #broken = false;
  #reopening: Promise<void> | undefined;

  /** @param path - folder of the database; in memory without it */
  constructor(tableName: string, path: string | undefined) {
    this.#table = { ...describeTable(tableName), TableStatus: 'ACTIVE' };
    this.#path = path;
    [this.#store, this.#writer] = this.#create();
  }

  async open(): Promise<void> {
    await this.#store.db.open();
  }

  async close(): Promise<void> {
    await this.#store.lifecycleManager.gracefulClose();
  }

  /** @throws what dynalite makes of a bad request (with `statusCode` and `body`), or LevelDB's error */
  async answer(operation: OperationName, request: object): Promise<object> {
    if (this.#broken) await this.#reopen();
    this.#underWay++;
    try {
      return await this.#run(operation, request);
    } finally {
      this.#underWay--;
    }
  }

  async #run(operation: OperationName, request: object): Promise<object> {
    const { rules, action } = OPERATIONS[operation];
    const data = validations.checkTypes(request, rules.types);
    validations.checkValidations(data, rules.types, rules.custom, this.#view());
    if (action === undefined) return batchWriteItem(data, (each, item) => this.#act(each, item));
    return this.#act(action, data);
  }

  #act(action: Action, data: object): Promise<object> {
    return new Promise((resolve, reject) => {
      action(this.#view(), data, (error, answer) =>
        error === null || error === undefined ? resolve(answer ?? {}) : reject(error),
      );
    });
  }

  /** One action's view of the database; prefixes as dynalite has them. */
  #view(): ActionStore {
    const store = this.#store;
    const write = new ItemWrite(store.db, this.#writer);
    return {
      options: store.options,
      getTable: (name, checkStatus, done) => {
        const answer = typeof checkStatus === 'function' ? checkStatus : done;
        if (name === this.#table.TableName) answer?.(null, this.#table);
        else answer?.(noTable(name));
      },
      getItemDb: (table) => write.items(store.getItemDb(table), `item-${table}~`),
      getIndexDb: (type, table, index) =>
        write.index(
          store.getIndexDb(type, table, index),
          `index-${type.toLowerCase()}~${table}~${index}~`,
        ),
    };
  }

  #create(): [DatabaseStore, GroupWriter] {
    const store = dynalite.create(this.#path === undefined ? {} : { path: this.#path });
    const writer = new GroupWriter(store.db, () => {
      this.#broken = true;
    });
    return [store, writer];
  }

  /**
   * After a failed write (a full disk) the log of LevelDB may end in half a record, and what is
   * appended behind it would be skipped when the log is read again: acknowledged and lost. Opening
   * anew recovers the log and starts another.
   */
  #reopen(): Promise<void> {
    this.#reopening ??= (async () => {
      while (this.#underWay > 0) await new Promise((resolve) => setImmediate(resolve));
      await this.#store.lifecycleManager.gracefulClose();
      [this.#store, this.#writer] = this.#create();
      await this.#store.db.open();
      this.#broken = false;
    })().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }
}

function noTable(name: string): Error {
  return Object.assign(new Error(`no table ${name}`), {
    statusCode: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: `Requested resource not found: Table: ${name} not found`,
    },
  });
}
