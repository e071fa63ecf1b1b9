import type { Done } from 'dynalite/db/index.js';

type Run = (release: (done: Done) => Done) => void;

/** One holder per key at a time, in order of arrival. */
export class Locks {
  readonly #waiting = new Map<string, Run[]>();

  lock(key: string, run: Run): void {
    const queue = this.#waiting.get(key);
    if (queue !== undefined) {
      queue.push(run);
      return;
    }
    this.#waiting.set(key, []);
    this.#start(key, run);
  }

  #start(key: string, run: Run): void {
    try {
      run((done) => (error, value) => {
        this.#next(key);
        done(error, value);
      });
    } catch (thrown) {
      this.#next(key);
      throw thrown;
    }
  }

  #next(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    // Later, so that a long queue does not become a deep stack.
    else setImmediate(() => this.#start(key, next));
  }
}
