/** The parts of dynalite 4.0.0 that the embedded database is made of; the package has no types. */

declare module 'dynalite/db/index.js' {
  export type Done<T = unknown> = (error: Error | null, value?: T) => void;

  /** Items, or rows of one index. */
  export interface SubDatabase {
    get(key: string, done: Done): void;
    put(key: string, value: unknown, done: Done): void;
    del(key: string, done: Done): void;
    createValueStream(range: object): NodeJS.ReadableStream;
    /** `run` has the key to itself until the function that `release` returns is called. */
    lock(key: string, run: (release: (done: Done) => Done) => void): void;
  }

  /** What the actions use of dynalite's own store. */
  export interface ActionStore {
    options: { maxItemSize: number };
    getTable(name: string, checkStatus: boolean | Done, done?: Done): void;
    getItemDb(table: string): SubDatabase;
    getIndexDb(type: string, table: string, index: string): SubDatabase;
  }

  const database: {
    getIndexActions(
      indexes: readonly object[],
      existing: object | null,
      item: object | null,
      table: object,
    ): { puts: { index: string; key: string; item: object }[] };
  };
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
