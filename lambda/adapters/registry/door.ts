import type { Duration } from '../../domain/time.ts';
import { Bounded } from './bounded.ts';
import type { Challenge } from './challenge.ts';
import { unlessAborted } from './deadline.ts';
import type { Site } from './site.ts';

/** The `Authorization` that one site takes for one repository. */
export interface Grant {
  readonly kind: 'grant';
  readonly header: string;
  /** The bare token or password within, for leaving it out of messages. */
  readonly secret: string;
  /** What a token was asked for; empty where there is no such thing. */
  readonly scope: string;
  /** Milliseconds of the clock. */
  readonly since: number;
  readonly until: number;
}

/** Of the door to the registry itself. */
export const NO_REPOSITORY = '';

/** Repositories of all sites. */
const MOST_DOORS = 20_000;

/**
 * What is known of how one site lets us into one repository. Whoever comes first finds out, and the
 * others wait for that: a hundred tags at once would otherwise be refused a hundred times.
 */
export class Door {
  readonly site: Site;
  readonly repository: string;
  #grant: Grant | undefined;
  #challenges: readonly Challenge[] | undefined;
  #isOpen = false;
  #visit: { by: AbortSignal; promise: Promise<void>; resolve: () => void } | undefined;

  constructor(site: Site, repository: string) {
    this.site = site;
    this.repository = repository;
  }

  /** The grant that is good now. */
  grant(now: number): Grant | undefined {
    return this.#grant !== undefined && this.#grant.until > now ? this.#grant : undefined;
  }

  /** What it asked for the last time, where that led to a grant. */
  get challenges(): readonly Challenge[] | undefined {
    return this.#challenges;
  }

  /** Nothing was asked for up to now. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Undefined for the first one there; the others wait until that one has found out, or for too long has not. */
  visit(signal: AbortSignal, patience: Duration): Promise<void> | undefined {
    if (this.#visit !== undefined) return unlessAborted(signal, this.#visit.promise);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patience);
    void promise.then(() => clearTimeout(timer));
    this.#visit = { by: signal, promise, resolve };
    return undefined;
  }

  /** If it was the first one who waits for `signal`: it leaves, whatever was found out. */
  leave(signal = this.#visit?.by): void {
    if (this.#visit?.by !== signal) return;
    this.#visit?.resolve();
    this.#visit = undefined;
  }

  /** Nothing was asked for. */
  stands(): void {
    this.#isOpen = true;
    this.leave();
  }

  keep(grant: Grant, challenges: readonly Challenge[]): void {
    this.#grant = grant;
    this.#challenges = challenges;
    this.leave();
  }

  /** That one was not taken; another one, which somebody else may have got meanwhile, stays. */
  forget(grant: Grant): void {
    if (this.#grant === grant) this.forgetAll();
  }

  forgetAll(): void {
    this.#grant = undefined;
    this.#challenges = undefined;
    this.#isOpen = false;
  }
}

export class Doors {
  readonly #doors = new Bounded<string, Door>(MOST_DOORS);

  of(site: Site, repository: string): Door {
    const key = `${site.own} ${site.origin}/${repository}`;
    const known = this.#doors.get(key);
    if (known !== undefined) return known;
    const door = new Door(site, repository);
    this.#doors.set(key, door);
    return door;
  }
}
