import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Standing } from '../../application/ports.ts';
import { newerQuota, type Quota } from '../../domain/quota.ts';
import { type Duration, timestampOf } from '../../domain/time.ts';
import { Bounded } from './bounded.ts';
import { mannersOf } from './manners.ts';
import { Pace } from './pace.ts';
import { readQuota } from './quota.ts';

export interface PolitenessOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @default - a timer */
  readonly sleep?: (duration: Duration, signal?: AbortSignal) => Promise<void>;
}

/** More registries than anyone watches. */
const MOST = 1_000;

/** How fast each registry is asked, and how many pulls it says are left: by what it answers. */
export class Politeness {
  readonly #now: () => number;
  readonly #sleep: (duration: Duration, signal?: AbortSignal) => Promise<void>;
  readonly #paces = new Bounded<string, Pace>(MOST);
  readonly #quotas = new Bounded<string, Quota>(MOST);

  constructor({ now, sleep = sleepByTimer }: PolitenessOptions) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Undefined when it is our turn at once, which costs nothing. Time spent here is not the registry's. */
  turn(registry: string, signal?: AbortSignal): Promise<void> | undefined {
    const wait = this.#paceOf(registry).turn(this.#now());
    return wait > 0 ? this.#sleep(wait, signal) : undefined;
  }

  /** @returns what the answer says of the quota */
  heard(registry: string, status: number, headers: IncomingHttpHeaders): Quota | undefined {
    const pace = this.#paceOf(registry);
    const isRefused = status === 429 || status === 503;
    const saysQuota = headers['ratelimit-remaining'] !== undefined;
    if (!isRefused && !saysQuota && !pace.isSlowed) return undefined;
    const now = this.#now();
    const quota = readQuota(headers, now);
    if (quota !== undefined) this.#quotas.set(registry, quota);
    // What is used up comes back with time, not with patience.
    if (!isRefused) pace.answered(now);
    else if (quota?.remaining !== 0) pace.refused(now);
    return quota;
  }

  /** A refusal that says so in words only. */
  usedUp(registry: string, window: Duration): void {
    const limit = this.#quotas.get(registry)?.limit ?? 0;
    this.#quotas.set(registry, { limit, remaining: 0, window, at: timestampOf(this.#now()) });
  }

  standing(registry: string): Standing | undefined {
    const quota = this.#quotas.get(registry);
    const pace = this.#paces.get(registry);
    if (quota === undefined && pace?.isSlowed !== true) return undefined;
    return {
      ...(quota !== undefined && { quota }),
      ...(pace?.isSlowed === true && { rate: Math.round(pace.rate * 100) / 100 }),
    };
  }

  /** What another process learnt of it, or this one before. */
  resume(registry: string, { quota, rate }: Standing): void {
    const newest = newerQuota(this.#quotas.get(registry), quota);
    if (newest !== undefined) this.#quotas.set(registry, newest);
    if (rate !== undefined && this.#paces.get(registry) === undefined) {
      this.#paceOf(registry).resume(rate);
    }
  }

  #paceOf(registry: string): Pace {
    const known = this.#paces.get(registry);
    if (known !== undefined) return known;
    const pace = new Pace(mannersOf(registry).perSecond);
    this.#paces.set(registry, pace);
    return pace;
  }
}

async function sleepByTimer(duration: Duration, signal?: AbortSignal): Promise<void> {
  try {
    await pause(duration, undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    throw signal?.aborted === true ? signal.reason : thrown;
  }
}
