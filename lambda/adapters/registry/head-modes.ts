import type { Digest } from '../../domain/digest.ts';
import { Bounded } from './bounded.ts';

/** A HEAD is tried again after that: registries learn. In milliseconds. */
const WEEK = 7 * 24 * 60 * 60 * 1000;
const MOST_HOSTS = 1_000;
const MOST_TAGS = 20_000;

/** What a GET found, for asking only for what is different from it. */
export interface Seen {
  readonly digest: Digest;
  readonly mediaType: string;
}

/**
 * Which registries a HEAD is of no use with: Nexus answers 404 to it, GitHub Enterprise 405, signed
 * storage 403, some proxies without a digest. Those are asked by GET at once, with what was there
 * last time. It is remembered in this process only: to learn it again costs two requests.
 */
export class HeadModes {
  readonly #now: () => number;
  readonly #useless = new Bounded<string, number>(MOST_HOSTS);
  readonly #seen = new Bounded<string, Seen>(MOST_TAGS);

  constructor(now: () => number) {
    this.#now = now;
  }

  modeOf(origin: string): 'head' | 'get' {
    return (this.#useless.get(origin) ?? 0) > this.#now() ? 'get' : 'head';
  }

  avoidHead(origin: string): void {
    this.#useless.set(origin, this.#now() + WEEK);
  }

  seen(origin: string, path: string): Seen | undefined {
    return this.#seen.get(origin + path);
  }

  saw(origin: string, path: string, seen: Seen): void {
    this.#seen.set(origin + path, seen);
  }
}
