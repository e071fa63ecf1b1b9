import { type Duration, plus, type Timestamp } from '../domain/time.ts';
import type { Clock } from './ports.ts';

export interface Loaded<T> {
  readonly value: T;
  /** From then on it is loaded again before it is used. */
  readonly until: Timestamp;
}

export interface AgedOptions<T> {
  readonly clock: Pick<Clock, 'now'>;
  readonly load: () => Promise<Loaded<T>>;
  /** A load that failed is not tried again for so long: nobody hammers what is down. */
  readonly retryAfter: Duration;
  /** While loading fails, the last value is good for so much longer. @default 0 */
  readonly grace?: Duration;
}

/** A value from elsewhere, loaded when it is first needed and when it is too old, once for all who ask. */
export class Aged<T> {
  readonly #options: Required<AgedOptions<T>>;
  #loaded: Loaded<T> | undefined;
  #loading: Promise<T> | undefined;
  #failed: { readonly thrown: unknown; readonly until: Timestamp } | undefined;

  constructor(options: AgedOptions<T>) {
    this.#options = { grace: 0, ...options };
  }

  /** @throws what the load threw, when there is nothing else to go on with */
  async get(): Promise<T> {
    const now = this.#options.clock.now();
    const loaded = this.#loaded;
    if (loaded !== undefined && now < loaded.until) return loaded.value;
    if (this.#failed !== undefined && now < this.#failed.until) return this.#without(this.#failed);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<T> {
    const { load, clock, retryAfter } = this.#options;
    try {
      this.#loaded = await load();
      this.#failed = undefined;
      return this.#loaded.value;
    } catch (thrown) {
      this.#failed = { thrown, until: plus(clock.now(), retryAfter) };
      return this.#without(this.#failed);
    }
  }

  #without({ thrown }: { readonly thrown: unknown }): T {
    const { clock, grace } = this.#options;
    const loaded = this.#loaded;
    if (loaded !== undefined && clock.now() < plus(loaded.until, grace)) return loaded.value;
    throw thrown;
  }
}
