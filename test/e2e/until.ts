import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait at most, and between two looks; milliseconds. */
export interface Patience {
  readonly within: number;
  readonly every?: number;
}

/**
 * Looks again and again until there is something: anything but undefined, null and false. A look
 * that throws is a look that saw nothing.
 *
 * @throws when the time is over, with what was waited for and what the last look threw.
 */
export async function until<T>(
  what: string,
  { within, every = 250 }: Patience,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    let trouble: unknown;
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen;
    } catch (thrown) {
      trouble = thrown;
    }
    if (performance.now() >= end) {
      throw new Error(`waited ${within / 1_000} s for ${what}`, { cause: trouble });
    }
    await sleep(every);
  }
}
