/**
 * Numbers that look random and are the same for the same seed, on every machine (sfc32 over a
 * hash of the seed): a case is reproducible by its number.
 */
export class Random {
  readonly #state: Uint32Array;

  /** @param seed any text; each has a sequence of its own. */
  constructor(seed: string) {
    this.#state = new Uint32Array([1, 2, 3, 4]);
    for (let n = 0; n < seed.length; n += 1) {
      const lane = n % 4;
      this.#state[lane] = Math.imul((this.#state[lane] ?? 0) ^ seed.charCodeAt(n), 0x9e3779b1);
      this.#next();
    }
    for (let n = 0; n < 12; n += 1) this.#next();
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, count = 0] = this.#state;
    const sum = (a + b + count) >>> 0;
    this.#state.set([b ^ (b >>> 9), c + (c << 3), (c << 21) | (c >>> 11), count + 1]);
    this.#state[2] = ((this.#state[2] ?? 0) + sum) >>> 0;
    return sum;
  }

  /** At least 0, below `end`. */
  below(end: number): number {
    return Math.floor((this.#next() / 2 ** 32) * end);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }
}
