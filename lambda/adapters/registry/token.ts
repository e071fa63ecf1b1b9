import type { Denied } from '../../application/ports.ts';
import { discard, readBody } from './body.ts';
import { Bounded } from './bounded.ts';
import { idOf, secretsOf } from './credentials.ts';
import { unlessAborted, within } from './deadline.ts';
import { asNamedAddress, RegistryError } from './errors.ts';
import type { Http, WireRequest, WireResponse } from './http.ts';
import type { Limits } from './limits.ts';
import { redact } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';
import { parseToken, parseTokenRefusal } from './token-answer.ts';
import { isNoPost, type TokenRequest, tokenByGet, tokenByPost } from './token-request.ts';

export interface Token {
  readonly kind: 'token';
  readonly value: string;
  /** Milliseconds of the clock: from then on another one is asked for. */
  readonly until: number;
}

/** Part of its life after which a token is replaced. */
const USED_UP = 0.8;
const MOST_TOKENS = 10_000;

/** Bearer tokens: asked for once by whoever comes first, kept while they live, per credential. */
export class Tokens {
  readonly #http: Http;
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #userAgent: string;
  readonly #kept = new Bounded<string, Token>(MOST_TOKENS);
  readonly #underWay = new Map<string, Promise<Token | Denied>>();

  constructor(http: Http, limits: Limits, now: () => number, userAgent: string) {
    this.#http = http;
    this.#limits = limits;
    this.#now = now;
    this.#userAgent = userAgent;
  }

  /** @throws {RegistryError} when the token server gives neither a token nor a refusal */
  get(request: TokenRequest, signal: AbortSignal): Promise<Token | Denied> {
    const key = keyOf(request);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#now()) return Promise.resolve(kept);
    const shared = this.#underWay.get(key) ?? this.#fetch(key, request);
    return unlessAborted(signal, shared);
  }

  /** The registry did not take it. */
  forget(value: string): void {
    for (const [key, token] of this.#kept.entries()) {
      if (token.value === value) this.#kept.delete(key);
    }
  }

  #fetch(key: string, request: TokenRequest): Promise<Token | Denied> {
    const asked = () => `${request.registry}: GET token of ${request.realm.origin}`;
    // Not under the signal of the first who asked: the others would fail with it.
    const shared = within(this.#limits.headDeadline, undefined, asked, async (signal) => {
      const response = await this.#ask(request, signal);
      const token = await this.#read(request, response, asked());
      if (token.kind === 'token') this.#kept.set(key, token);
      return token;
    }).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, shared);
    return shared;
  }

  async #ask(request: TokenRequest, signal: AbortSignal): Promise<WireResponse> {
    const { credential } = request;
    if (credential?.kind === 'identity') {
      const post = tokenByPost(request, credential.token, this.#userAgent);
      const response = await this.#send(request, post, signal);
      if (!isNoPost(response.status, credential)) return response;
      await discard(response.body);
    }
    return this.#send(request, tokenByGet(request, this.#userAgent), signal);
  }

  async #send(
    { registry, realm }: TokenRequest,
    request: WireRequest,
    signal: AbortSignal,
  ): Promise<WireResponse> {
    try {
      return await this.#http.request(realm, request, signal);
    } catch (thrown) {
      const named = () => `${registry} names the token server ${realm.origin}`;
      throw asNamedAddress(thrown, 'REALM_FORBIDDEN', named);
    }
  }

  async #read(
    request: TokenRequest,
    response: WireResponse,
    asked: string,
  ): Promise<Token | Denied> {
    const bytes = await readBody(response, this.#limits.tokenBytes, asked);
    if (response.status !== 200) return this.#judge(request, response, bytes, asked);
    const token = parseToken(bytes);
    if (token !== undefined) {
      const until = this.#now() + token.life * USED_UP * 1000;
      return { kind: 'token', value: token.value, until };
    }
    throw new RegistryError('BAD_TOKEN', `${asked} answered without a usable token`);
  }

  #judge(
    { registry, realm, credential }: TokenRequest,
    { status, headers }: WireResponse,
    bytes: Uint8Array,
    asked: string,
  ): Denied {
    const refusal = parseTokenRefusal(bytes);
    const [code, said] = [refusal.code, refusal.message].map((text) =>
      redact(text, secretsOf(credential)),
    );
    const happened = `${asked} answered ${[status, code, said && `(${said})`].filter(Boolean).join(' ')}`;
    if (status === 401 || status === 403) {
      const [whom, advice] =
        credential === undefined
          ? ['anonymous access to', 'log in, or check the name; it may be gone or private']
          : ['the credential for', 'log in again, or ask for access'];
      const detail = `${realm.hostname} refuses ${whom} ${registry}: ${happened}: ${advice}`;
      return { kind: 'denied', status, code: code || 'UNAUTHORIZED', detail };
    }
    if (status === 429) {
      const body = Buffer.from(bytes).toString();
      const retryAfter = parseRetryAfter(headers['retry-after'], body, this.#now());
      throw new RegistryError('THROTTLED', happened, { retryAfter });
    }
    throw new RegistryError(status >= 500 ? 'SERVER_ERROR' : 'BAD_TOKEN', happened);
  }
}

/** Attack: what one tenant may see must not be found by another: the credential is part of the key. */
function keyOf({ realm, service, scopes, credential }: TokenRequest): string {
  return JSON.stringify([realm.origin, realm.path, service, scopes, idOf(credential)]);
}
