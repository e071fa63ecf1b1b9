import type { Clock } from '../../lambda/application/ports.ts';
import { type Duration, MINUTE } from '../../lambda/domain/time.ts';

/** A story that nobody reads goes on all the same. */
const PATIENCE: Duration = 20 * MINUTE;

/**
 * Whoever plays the story reads what Tagwarden tells, as anybody at the terminal does, and goes on
 * when it is there: on a busy machine a step must not overtake the alert about the last one.
 */
export class Readers {
  #read = 0;
  #wake: () => void = () => {};

  /** One more was told. */
  told(): void {
    this.#read++;
    this.#wake();
  }

  /** Resolves when so many were told, or when nobody waits any longer. */
  async read(count: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    this.#wake = () => {
      if (this.#read >= count) enough.abort();
    };
    this.#wake();
    try {
      await clock.sleep(PATIENCE, AbortSignal.any([signal, enough.signal]));
    } catch {
      signal.throwIfAborted();
    }
  }
}
