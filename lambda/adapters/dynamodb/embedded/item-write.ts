import { Readable } from 'node:stream';
import type { Done, SubDatabase } from 'dynalite/db/index.js';
import type { LevelDatabase, Operation, Range } from './level.ts';
import type { Locks } from './locks.ts';

/**
 * The databases that one action of dynalite sees. The action writes the rows of the indexes one by
 * one and then the item; here the rows wait for the item and go with it in one write, so that no
 * crash leaves an index that disagrees with its items.
 */
export class ItemWrite {
  readonly #level: LevelDatabase;
  readonly #locks: Locks;
  readonly #rows: Operation[] = [];

  constructor(level: LevelDatabase, locks: Locks) {
    this.#level = level;
    this.#locks = locks;
  }

  index(prefix: string): SubDatabase {
    return this.#under(prefix, (operation, done) => {
      this.#rows.push(operation);
      done(null);
    });
  }

  items(prefix: string): SubDatabase {
    return this.#under(prefix, (operation, done) => {
      this.#level.write([...this.#rows, operation]).then(
        () => done(null),
        (error) => done(error),
      );
    });
  }

  #under(prefix: string, write: (operation: Operation, done: Done) => void): SubDatabase {
    return {
      get: (key, done) => this.#get(prefix + key, done),
      put: (key, value, done) => write({ type: 'put', key: prefix + key, value }, done),
      del: (key, done) => write({ type: 'del', key: prefix + key }, done),
      createValueStream: (range) => Readable.from(this.#level.values(under(prefix, range))),
      lock: (key, run) => this.#locks.lock(prefix + key, run),
    };
  }

  #get(key: string, done: Done): void {
    let value: unknown;
    try {
      value = this.#level.get(key);
    } catch (thrown) {
      done(thrown as Error);
      return;
    }
    done(null, value);
  }
}

function under(prefix: string, range: Range): Range {
  const { gt, gte, lt, lte, ...rest } = range;
  return {
    ...rest,
    ...(gt !== undefined && { gt: prefix + gt }),
    ...(gte !== undefined && { gte: prefix + gte }),
    ...(lt !== undefined && { lt: prefix + lt }),
    ...(lte !== undefined && { lte: prefix + lte }),
  };
}
