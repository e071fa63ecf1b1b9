/** Yields before each attempt, the first at once, the others after a growing pause with jitter. */
export type Backoff = () => AsyncIterable<number>;

const ATTEMPTS = 6;
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 800;

/** Full jitter: of many that were throttled together, few come back together. */
export function backoffOf(options: {
  /** Uniform in [0, 1). */
  random: () => number;
  /** Resolves after that many milliseconds. */
  sleep: (milliseconds: number) => Promise<unknown>;
}): Backoff {
  return async function* attempts() {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
        await options.sleep(options.random() * longest);
      }
      yield attempt;
    }
  };
}
