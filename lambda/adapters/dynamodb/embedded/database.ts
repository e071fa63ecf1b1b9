import type { ActionStore } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { describeTable, type TableDescription } from '../../../contract/table-schema.ts';
import { batchWriteItem } from './batch-write.ts';
import { allUnder, fillIndexes, indexPrefix, itemPrefix } from './indexes.ts';
import { ItemWrite } from './item-write.ts';
import { LevelDatabase } from './level.ts';
import { Locks } from './locks.ts';
import { type Action, OPERATIONS, type OperationName, RequestRefused } from './operations.ts';

/** DynamoDB's limit, in bytes. */
const ITEM_BYTES = 400 * 1024;

/**
 * One table of DynamoDB in LevelDB, on disk or in memory: dynalite's understanding of requests,
 * expressions and indexes, on writes that are atomic and durable.
 */
export class EmbeddedDatabase {
  readonly #path: string | undefined;
  readonly #table: TableDescription & { TableStatus: 'ACTIVE' };
  readonly #locks = new Locks();
  #level: LevelDatabase;
  #underWay = 0;
  #reopening: Promise<void> | undefined;

  /** @param path - folder of the database; in memory without it */
  constructor(tableName: string, path: string | undefined) {
    this.#table = { ...describeTable(tableName), TableStatus: 'ACTIVE' };
    this.#path = path;
    this.#level = new LevelDatabase(path);
  }

  async open(): Promise<void> {
    await this.#level.open();
    await fillIndexes(this.#level, this.#table);
  }

  /** Once nothing is under way any more. */
  async close(): Promise<void> {
    await this.#idle();
    await this.#level.close();
  }

  /** @throws what dynalite makes of a bad request (with `statusCode` and `body`), or LevelDB's error */
  async answer(operation: OperationName, request: object): Promise<object> {
    if (this.#level.broken) await this.#reopen();
    this.#underWay++;
    try {
      return await this.#run(operation, request);
    } finally {
      this.#underWay--;
    }
  }

  /** Everything there is: for the upkeep of the database itself. */
  items(): AsyncIterable<unknown> {
    return this.#level.values(allUnder(itemPrefix(this.#table.TableName)));
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
      action(this.#view(), data, (error, answer) => {
        if (error === null || error === undefined) resolve(answer ?? {});
        else reject(error);
      });
    });
  }

  /** Each action has its own, in which the rows of the indexes wait for their item. */
  #view(): ActionStore {
    const write = new ItemWrite(this.#level, this.#locks);
    return {
      options: { maxItemSize: ITEM_BYTES },
      getTable: (name, checkStatus, done) => {
        const answer = typeof checkStatus === 'function' ? checkStatus : done;
        if (name === this.#table.TableName) answer?.(null, this.#table);
        else answer?.(noTable(name));
      },
      getItemDb: (table) => write.items(itemPrefix(table)),
      getIndexDb: (_type, table, index) => write.index(indexPrefix(table, index)),
    };
  }

  /**
   * After a failed write (a full disk) LevelDB refuses all others, or appends them behind half a
   * record, where they are skipped when its log is read again: acknowledged and lost. Opening anew
   * recovers the log and starts another.
   */
  #reopen(): Promise<void> {
    this.#reopening ??= this.#openAnew().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #openAnew(): Promise<void> {
    await this.#idle();
    await this.#level.close();
    const level = new LevelDatabase(this.#path);
    await level.open();
    this.#level = level;
  }

  async #idle(): Promise<void> {
    while (this.#underWay > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function noTable(name: string): Error {
  return new RequestRefused(
    'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    `Requested resource not found: Table: ${name} not found`,
  );
}
