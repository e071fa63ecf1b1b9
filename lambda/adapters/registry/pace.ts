import { type Duration, SECOND } from '../../domain/time.ts';

/** Requests per second below which no registry can press us: one a minute would never end. */
const SLOWEST = 0.2;
/** Refusals closer together answer requests of one and the same burst. */
const ONE_BURST: Duration = SECOND;
/** Faster than we ever ask: a registry without a published limit is trusted again. */
const TRUSTED = 1_000;
/** Every second: up to where it was safe, and beyond that as carefully as a minute of silence is dear. */
const FASTER = 1.05;
const CAREFULLY = 1.0003;
const SAFE = 0.8;

/**
 * How fast one registry is asked: at most as fast as it says, half as fast after every refusal (429
 * or 503), and faster again with every second without one: soon up to what it had taken, slowly
 * beyond. All times are milliseconds.
 */
export class Pace {
  readonly #limit: number;
  #rate: number;
  #next = Number.NEGATIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #fasterAt = 0;
  #safe = Number.POSITIVE_INFINITY;
  #second = 0;
  #inSecond = 0;
  #lastSecond = 0;

  /** @param limit - requests per second */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#rate = limit;
  }

  /** Requests per second; infinite when nothing holds us back. */
  get rate(): number {
    return this.#rate;
  }

  get isSlowed(): boolean {
    return this.#rate < this.#limit;
  }

  /** Goes on as slowly as another process had to, if that was not long ago. */
  resume(rate: number): void {
    if (rate > 0 && rate < this.#rate) this.#rate = Math.max(SLOWEST, rate);
  }

  /** Takes a turn: how long to wait for it. A second's worth may come at once. */
  turn(now: number): Duration {
    this.#count(now);
    if (this.#rate === Number.POSITIVE_INFINITY) return 0;
    const step = SECOND / this.#rate;
    const earliest = now - Math.max(0, SECOND - step);
    const at = Math.max(this.#next, earliest);
    this.#next = at + step;
    return Math.max(0, at - now);
  }

  refused(now: number): void {
    if (now - this.#refusedAt < ONE_BURST) return;
    const used = Math.max(this.#lastSecond, this.#inSecond, SLOWEST);
    this.#rate = Math.max(SLOWEST, Math.min(this.#rate, used) / 2);
    this.#safe = used * SAFE;
    this.#refusedAt = now;
    this.#fasterAt = now;
    this.#next = Math.max(this.#next, now);
  }

  answered(now: number): void {
    if (!this.isSlowed || now - this.#fasterAt < SECOND) return;
    this.#fasterAt = now;
    const faster = this.#rate * (this.#rate < this.#safe ? FASTER : CAREFULLY);
    this.#rate = faster >= Math.min(this.#limit, TRUSTED) ? this.#limit : faster;
  }

  #count(now: number): void {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) {
      this.#lastSecond = second === this.#second + 1 ? this.#inSecond : 0;
      this.#inSecond = 0;
      this.#second = second;
    }
    this.#inSecond += 1;
  }
}
