/** The parts of dynalite 4.0.0 that the embedded database is made of; the package has no types. */

declare module 'dynalite/db/index.js' {
  export type Done<T = void> = (error: Error | null, value?: T) => void;

  /** Items, or rows of one index: the keys of the one LevelDB that have a prefix. */
  export interface SubDatabase {
    get(key: string, done: Done<unknown>): void;
    put(key: string, value: unknown, done: Done): void;
    del(key: string, done: Done): void;
    createValueStream(range: object): NodeJS.ReadableStream;
    lock(key: string, run: (release: (done: Done) => Done) => void): void;
  }

  export interface Operation {
    type: 'put' | 'del';
    key: string;
    value?: unknown;
  }

  export interface Level {
    open(): Promise<void>;
    getSync(key: string): unknown;
    batch(operations: Operation[], options: { sync: boolean }): Promise<void>;
  }

  export interface Options {
    path?: string;
  }

  /** What the actions use of a store. */
  export interface ActionStore {
    options: Options;
    getTable(name: string, checkStatus: boolean | Done<object>, done?: Done<object>): void;
    getItemDb(table: string): SubDatabase;
    getIndexDb(type: string, table: string, index: string): SubDatabase;
  }

  export interface DatabaseStore extends ActionStore {
    db: Level;
    lifecycleManager: { gracefulClose(): Promise<void> };
  }

  const database: { create(options: Options): DatabaseStore };
  export default database;
}

declare module 'dynalite/validations/index.js' {
  import type { ActionStore } from 'dynalite/db/index.js';

  const validations: {
    checkTypes(data: object, types: object): object;
    checkValidations(data: object, types: object, custom: unknown, store: ActionStore): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const validation: { types: object; custom: unknown };
  export default validation;
}

declare module 'dynalite/actions/*' {
  import type { ActionStore, Done } from 'dynalite/db/index.js';

  const action: (store: ActionStore, data: object, done: Done<object>) => void;
  export default action;
}
