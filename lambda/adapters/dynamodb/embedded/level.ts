import { ClassicLevel } from 'classic-level';
import { MemoryLevel } from 'memory-level';

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What is used of LevelDB; the one in memory has it too, and nothing to sync. */
type Level = Pick<
  ClassicLevel<string, unknown>,
  'open' | 'close' | 'getSync' | 'values' | 'iterator' | 'batch'
>;

const CACHE_BYTES = 16 * 1024 * 1024;
const READ_AT_ONCE = 100;

interface Write {
  readonly operations: readonly Operation[];
  readonly done: (error: Error | null) => void;
}

/**
 * LevelDB on disk, or the same in memory. A write is whole or not at all, and on the disk before it
 * is acknowledged; writes that arrive while one is under way go together in the next, so that they
 * share its wait for the disk.
 */
export class LevelDatabase {
  readonly #level: Level;
  #waiting: Write[] = [];
  #busy = false;
  #broken = false;

  /** @param path - folder of the database; in memory without it */
  constructor(path: string | undefined) {
    const valueEncoding = 'json';
    this.#level =
      path === undefined
        ? (new MemoryLevel<string, unknown>({ valueEncoding }) as unknown as Level)
        : new ClassicLevel<string, unknown>(path, { valueEncoding, cacheSize: CACHE_BYTES });
  }

  /** True after a write failed: see {@link EmbeddedDatabase}. */
  get broken(): boolean {
    return this.#broken;
  }

  open(): Promise<void> {
    return this.#level.open();
  }

  close(): Promise<void> {
    return this.#level.close();
  }

  get(key: string): unknown {
    return this.#level.getSync(key);
  }

  async *values(range: Range): AsyncGenerator<unknown, void, undefined> {
    const iterator = this.#level.values(range);
    try {
      for (;;) {
        const some = await iterator.nextv(READ_AT_ONCE);
        if (some.length === 0) return;
        yield* some;
      }
    } finally {
      // An open iterator pins everything that was ever overwritten since.
      await iterator.close();
    }
  }

  async *entries(range: Range): AsyncGenerator<[string, unknown], void, undefined> {
    yield* this.#level.iterator(range);
  }

  write(operations: readonly Operation[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null) => (error === null ? resolve() : reject(error));
      this.#waiting.push({ operations, done });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      const error = await this.#writeGroup(group);
      for (const { done } of group) done(error);
    }
    this.#busy = false;
  }

  async #writeGroup(group: readonly Write[]): Promise<Error | null> {
    if (this.#broken) return new Error('an earlier write failed');
    try {
      const operations = group.flatMap((write) => write.operations);
      await this.#level.batch(operations, { sync: true });
      return null;
    } catch (thrown) {
      this.#broken = true;
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }
}
