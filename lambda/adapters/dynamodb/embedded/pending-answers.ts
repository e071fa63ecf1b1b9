import type { Answer } from './answer.ts';

interface Pending {
  settle(answer: Answer): void;
  fail(thrown: unknown): void;
}

export interface Patience {
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Requests that were sent to the thread of the database and are not answered yet. */
export class PendingAnswers {
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  get size(): number {
    return this.#pending.size;
  }

  /**
   * The process does not end while it waits: the timer keeps it.
   *
   * @throws `TimeoutError`, `AbortError` as the SDK names them; what {@link failAll}
   * was given
   */
  open({ timeout, signal }: Patience): { readonly id: number; readonly answer: Promise<Answer> } {
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const fail = (thrown: unknown) => this.#pending.delete(id) && reject(thrown);
    const abort = () => fail(named('AbortError', 'request aborted'));
    const late = () => fail(named('TimeoutError', `no answer within ${timeout} ms`));
    const timer = setTimeout(late, timeout);
    signal?.addEventListener('abort', abort, { once: true });
    this.#pending.set(id, { settle: resolve, fail });
    if (signal?.aborted === true) abort();
    const answer = promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
    return { id, answer };
  }

  /** An answer that nobody waits for any more is dropped. */
  settle(id: number, answer: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.settle(answer);
  }

  failAll(thrown: unknown): void {
    for (const { fail } of [...this.#pending.values()]) fail(thrown);
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
