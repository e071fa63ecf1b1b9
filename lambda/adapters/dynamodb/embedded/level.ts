import type { Level, Operation, SubDatabase } from 'dynalite/db/index.js';

type Done = (error: Error | null) => void;

interface Write {
  readonly operations: readonly Operation[];
  readonly done: Done;
}

/**
 * Writes to LevelDB, each whole or not at all and on the disk before it is acknowledged. Those that
 * arrive while one is under way go together in the next, so that they share its wait for the disk.
 */
export class GroupWriter {
  readonly #batch: (operations: Operation[]) => Promise<void>;
  readonly #failed: (error: Error) => void;
  #waiting: Write[] = [];
  #busy = false;

  constructor(level: Level, failed: (error: Error) => void) {
    // dynalite hides the options of `batch` behind a method of its own on the instance.
    const { batch } = Object.getPrototypeOf(level) as Level;
    this.#batch = (operations) => batch.call(level, operations, { sync: true });
    this.#failed = failed;
  }

  write(operations: readonly Operation[], done: Done): void {
    this.#waiting.push({ operations, done });
    if (!this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const error = await this.#writeGroup(group);
      for (const { done } of group) done(error);
    }
    this.#busy = false;
  }

  async #writeGroup(group: readonly Write[]): Promise<Error | null> {
    try {
      await this.#batch(group.flatMap(({ operations }) => operations));
      return null;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#failed(error);
      return error;
    }
  }
}

/**
 * The databases that one action of dynalite sees. The action writes the rows of the indexes first
 * and the item last, one by one; here the rows wait for the item and go with it in one write, so
 * that a crash never leaves an index that disagrees with its items.
 */
export class ItemWrite {
  readonly #level: Level;
  readonly #writer: GroupWriter;
  readonly #rows: Operation[] = [];

  constructor(level: Level, writer: GroupWriter) {
    this.#level = level;
    this.#writer = writer;
  }

  index(rows: SubDatabase, prefix: string): SubDatabase {
    const later = (operation: Operation, done: Done) => {
      this.#rows.push(operation);
      done(null);
    };
    return {
      get: (key, done) => rows.get(key, done),
      put: (key, value, done) => later({ type: 'put', key: prefix + key, value }, done),
      del: (key, done) => later({ type: 'del', key: prefix + key }, done),
      createValueStream: (range) => rows.createValueStream(range),
      lock: (key, run) => rows.lock(key, run),
    };
  }

  items(items: SubDatabase, prefix: string): SubDatabase {
    const now = (operation: Operation, done: Done) =>
      this.#writer.write([...this.#rows, operation], done);
    return {
      get: (key, done) => done(null, this.#level.getSync(prefix + key)),
      put: (key, value, done) => now({ type: 'put', key: prefix + key, value }, done),
      del: (key, done) => now({ type: 'del', key: prefix + key }, done),
      createValueStream: (range) => items.createValueStream(range),
      lock: (key, run) => items.lock(key, run),
    };
  }
}
