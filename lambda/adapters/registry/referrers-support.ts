import type { Duration } from '../../domain/time.ts';
import { Bounded } from './bounded.ts';

const MOST_REPOSITORIES = 20_000;
const DAY: Duration = 24 * 60 * 60 * 1000;
/** Long, but not for ever: registries are replaced by others. */
const YES: Duration = 7 * DAY;
const NO: Duration = DAY;

/**
 * Which repositories the referrers API answers for, as far as this process knows. A remembered "no"
 * only saves time, never the question: an API that came meanwhile may have the signature that the
 * fallback tag has not, and "unsigned" must be proved now. A remembered "yes" makes a "no" suspect.
 */
export class ReferrersSupport {
  readonly #now: () => number;
  readonly #known = new Bounded<string, { readonly supported: boolean; readonly until: number }>(
    MOST_REPOSITORIES,
  );

  constructor(now: () => number) {
    this.#now = now;
  }

  of(origin: string, repository: string): 'yes' | 'no' | 'unknown' {
    const known = this.#known.get(`${origin}/${repository}`);
    if (known === undefined || known.until <= this.#now()) return 'unknown';
    return known.supported ? 'yes' : 'no';
  }

  learn(origin: string, repository: string, supported: boolean): void {
    const until = this.#now() + (supported ? YES : NO);
    this.#known.set(`${origin}/${repository}`, { supported, until });
  }
}
