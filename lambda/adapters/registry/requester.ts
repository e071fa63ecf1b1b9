import type { Denied, OnExchange } from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Duration } from '../../domain/time.ts';
import type { Authorizer } from './authorizer.ts';
import { discard } from './body.ts';
import { parseChallenges } from './challenge.ts';
import type { Door, Grant } from './door.ts';
import { asNamedAddress, RegistryError } from './errors.ts';
import { overhear } from './exchange.ts';
import type { Http, WireRequest, WireResponse } from './http.ts';
import type { Limits } from './limits.ts';
import type { Politeness } from './politeness.ts';
import { followRedirect, isRedirect, type Place } from './redirect.ts';
import type { Site } from './site.ts';
import type { RegistryUsage } from './usage.ts';

/** One request of a registry, before authentication and redirects. */
export interface Ask {
  readonly site: Site;
  readonly repository: string;
  readonly method: 'GET' | 'HEAD';
  /** With its query. */
  readonly path: string;
  /** `manifest acme/app:1`, for messages. */
  readonly what: string;
  readonly accept: string;
  /** Whether a redirect to another host is followed, or is the answer. */
  readonly leave: boolean;
  /** Where to ask, when not at `path` of the site: where a redirect led to before. */
  readonly at?: Place;
  /** `If-None-Match`: what need not be sent again. */
  readonly unless?: Digest;
}

/** An answer and who gave it. */
export interface Reply extends WireResponse {
  readonly kind: 'reply';
  readonly place: Place;
  /** Hidden from messages: the registry could echo it. */
  readonly secrets: readonly string[];
}

export function asked({ site, method, what }: Ask): string {
  return `${site.registry}: ${method} ${what}`;
}

/** Sends what is asked: with the site's own authorization, once more when it was refused, and along redirects. */
export class Requester {
  readonly limits: Limits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly #http: Http;
  readonly #authorizer: Authorizer;
  readonly #userAgent: string;
  readonly #politeness: Politeness;
  readonly #usage: RegistryUsage | undefined;
  readonly #onExchange: OnExchange | undefined;

  constructor(
    http: Http,
    authorizer: Authorizer,
    limits: Limits,
    now: () => number,
    userAgent: string,
    politeness: Politeness,
    usage?: RegistryUsage,
    onExchange?: OnExchange,
  ) {
    this.limits = limits;
    this.now = now;
    this.#http = http;
    this.#authorizer = authorizer;
    this.#userAgent = userAgent;
    this.#politeness = politeness;
    this.#usage = usage;
    this.#onExchange = onExchange;
  }

  /** @throws what the transport throws, or {@link RegistryError} */
  async send(ask: Ask, signal: AbortSignal): Promise<Reply | Denied> {
    let place: Place = ask.at ?? { site: ask.site, path: ask.path };
    for (let hops = 0; ; hops += 1) {
      const reply = await this.#authorized(ask, place, signal).catch((thrown: unknown) => {
        const named = () => `${asked(ask)} is redirected to ${place.site.registry}`;
        throw place.site.own ? thrown : asNamedAddress(thrown, 'REDIRECT_FORBIDDEN', named);
      });
      if (reply.kind === 'denied' || !isRedirect(reply)) return reply;
      const next = followRedirect(place, reply, ask.site, asked(ask));
      if (!ask.leave && next.site !== ask.site) return reply;
      await discard(reply.body);
      // Attack: a loop or a chain without end.
      if (hops === this.limits.redirects) {
        throw new RegistryError('REDIRECT_FORBIDDEN', `${asked(ask)}: more than ${hops} redirects`);
      }
      place = next;
    }
  }

  /** The registry has no pulls left for us, for so long. */
  usedUp(registry: string, window: Duration): void {
    this.#politeness.usedUp(registry, window);
  }

  async #authorized(ask: Ask, place: Place, signal: AbortSignal): Promise<Reply | Denied> {
    const door = this.#authorizer.doorOf(place.site, ask.repository);
    try {
      const known = this.#authorizer.remembered(door);
      const grant = known ?? (await this.#authorizer.prepare(door, this.limits.patience, signal));
      const first = await this.#once(ask, place, grant, signal);
      if (isRefusal(first.status, grant)) {
        return await this.#refused(ask, place, { door, grant, reply: first }, signal);
      }
      if (grant === undefined) door.stands();
      return first;
    } finally {
      door.leave(signal);
    }
  }

  /** Once more, with what is asked for now; what is refused then stays refused. */
  async #refused(
    ask: Ask,
    place: Place,
    { door, grant, reply }: { door: Door; grant: Grant | undefined; reply: Reply },
    signal: AbortSignal,
  ): Promise<Reply | Denied> {
    let refused = reply;
    if (grant !== undefined) {
      const challenges = parseChallenges(reply.headers['www-authenticate']);
      if (this.#authorizer.isLastWord(door, grant, challenges)) return reply;
      this.#authorizer.forget(door, grant);
      // Some say nothing of how to do better while there is a bad token (GHCR, zot, ECR Public).
      if (challenges.length === 0) {
        await discard(reply.body);
        refused = await this.#once(ask, place, undefined, signal);
        if (refused.status !== 401) return refused;
      }
    }
    const challenges = parseChallenges(refused.headers['www-authenticate']);
    const answer = await this.#authorizer.answer(door, challenges, signal);
    if (answer === undefined) return refused;
    await discard(refused.body);
    return answer.kind === 'denied' ? answer : this.#once(ask, place, answer, signal);
  }

  async #once(
    ask: Ask,
    place: Place,
    grant: Grant | undefined,
    signal: AbortSignal,
  ): Promise<Reply> {
    const headers: Record<string, string> = {
      accept: ask.accept,
      'accept-encoding': 'identity',
      'user-agent': this.#userAgent,
    };
    if (grant !== undefined) headers.authorization = grant.header;
    if (ask.unless !== undefined) headers['if-none-match'] = `"${ask.unless}"`;
    const request: WireRequest = { method: ask.method, path: place.path, headers };
    const {
      status,
      headers: answered,
      body,
    } = await this.#http.request(place.site, request, signal);
    if (place.site.own) this.#heard(ask.site.registry, status, answered);
    const secrets = grant === undefined ? NONE : [grant.secret, grant.header];
    const reply: Reply = { kind: 'reply', status, headers: answered, body, place, secrets };
    return this.#onExchange === undefined ? reply : overhear(ask.method, reply, this.#onExchange);
  }

  #heard(registry: string, status: number, headers: WireResponse['headers']): void {
    const quota = this.#politeness.heard(registry, status, headers);
    if (quota !== undefined) this.#usage?.answered(registry, quota.remaining);
  }
}

const NONE: readonly string[] = [];

/** With a remembered token 403 (GHCR) and 400 (ECR Public) may mean that it is worn out. */
function isRefusal(status: number, remembered: Grant | undefined): boolean {
  return status === 401 || (remembered !== undefined && (status === 403 || status === 400));
}
