import type { Credential, Denied } from '../../application/ports.ts';
import { readBody } from './body.ts';
import { basicOf, idOf, secretsOf } from './credentials.ts';
import { unlessAborted, within } from './deadline.ts';
import { RegistryError } from './errors.ts';
import type { Http, WireRequest, WireResponse } from './http.ts';
import type { Limits } from './limits.ts';
import { parseOciError } from './oci-error.ts';
import type { Realm } from './realm.ts';
import { redact } from './redact.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What a challenge asks a token for. */
export interface TokenRequest {
  readonly registry: string;
  readonly realm: Realm;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

export interface Token {
  readonly kind: 'token';
  readonly value: string;
  /** Milliseconds of the clock: from then on another one is asked for. */
  readonly until: number;
}

/** Token specification of the distribution project: "expires_in … defaults to 60 seconds", and no less. */
const LEAST_LIFE = 60;
const MOST_LIFE = 12 * 60 * 60;
/** Part of its life after which a token is replaced. */
const USED_UP = 0.8;
const MOST_TOKENS = 10_000;
const FORM = 'application/x-www-form-urlencoded';

/** Bearer tokens: asked for once by whoever comes first, kept while they live, per credential. */
export class Tokens {
  readonly #http: Http;
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #userAgent: string;
  readonly #kept = new Map<string, Token>();
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
    for (const [key, token] of this.#kept) if (token.value === value) this.#kept.delete(key);
  }

  #fetch(key: string, request: TokenRequest): Promise<Token | Denied> {
    const asked = () => `${request.registry}: GET token of ${request.realm.origin}`;
    // Not under the signal of the first who asked: the others would fail with it.
    const shared = within(this.#limits.headDeadline, undefined, asked, async (signal) => {
      const token = await this.#ask(request, asked(), signal);
      if (token.kind === 'token') this.#keep(key, token);
      return token;
    }).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, shared);
    return shared;
  }

  #keep(key: string, token: Token): void {
    this.#kept.delete(key);
    this.#kept.set(key, token);
    if (this.#kept.size <= MOST_TOKENS) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }

  async #ask(request: TokenRequest, asked: string, signal: AbortSignal): Promise<Token | Denied> {
    const { realm, credential } = request;
    let response: WireResponse | undefined;
    if (credential?.kind === 'identity') {
      response = await this.#http.request(realm, this.#post(request, credential.token), signal);
      // Token servers without the OAuth2 endpoint (GCR, some of JFrog).
      if (response.status === 404 || response.status === 405) {
        await response.body.dump();
        response = undefined;
      }
    }
    response ??= await this.#http.request(realm, this.#get(request), signal);
    return this.#read(request, response, asked);
  }

  #get({ realm, service, scopes, credential }: TokenRequest): WireRequest {
    const query = new URLSearchParams();
    if (service !== undefined) query.append('service', service);
    for (const scope of scopes) query.append('scope', scope);
    const path = `${realm.path}${realm.path.includes('?') ? '&' : '?'}${query}`;
    const basic = basicFor(credential);
    const authorization = basic === undefined ? {} : { authorization: `Basic ${basic}` };
    return { method: 'GET', path, headers: { ...this.#headers(), ...authorization } };
  }

  /** Token specification, "Requesting a Token with OAuth2": `grant_type=refresh_token`. */
  #post({ realm, service, scopes }: TokenRequest, refreshToken: string): WireRequest {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'tagwarden',
      service: service ?? '',
      scope: scopes.join(' '),
      refresh_token: refreshToken,
    });
    const headers = { ...this.#headers(), 'content-type': FORM };
    return { method: 'POST', path: realm.path, headers, body: form.toString() };
  }

  #headers(): Record<string, string> {
    return {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': this.#userAgent,
    };
  }

  async #read(
    { registry, realm, credential }: TokenRequest,
    response: WireResponse,
    asked: string,
  ): Promise<Token | Denied> {
    const bytes = await readBody(response, this.#limits.tokenBytes, asked);
    const { status } = response;
    if (status === 200) return this.#parse(bytes, asked);
    const { code = '', message = '' } = parseOciError(bytes) ?? {};
    const said = redact(message, secretsOf(credential));
    const happened = `${asked} answered ${[status, code, said].filter(Boolean).join(' ')}`;
    if (status === 401 || status === 403) {
      const whom = credential === undefined ? 'anonymous access to' : 'the credential for';
      const detail = `${realm.hostname} refuses ${whom} ${registry}: ${happened}`;
      return { kind: 'denied', status, code: code || 'UNAUTHORIZED', detail };
    }
    if (status === 429) {
      const header = response.headers['retry-after'];
      const retryAfter = parseRetryAfter(header, Buffer.from(bytes).toString(), this.#now());
      throw new RegistryError('THROTTLED', happened, { retryAfter });
    }
    throw new RegistryError(status >= 500 ? 'SERVER_ERROR' : 'BAD_TOKEN', happened);
  }

  /** Docker Hub once said `text/plain`: only the body counts. Attack: a token that smuggles in header lines. */
  #parse(bytes: Uint8Array, asked: string): Token {
    const { access_token, token, expires_in } = parseJson(bytes);
    const value = [access_token, token].find((text) => typeof text === 'string' && text !== '');
    if (typeof value !== 'string' || !/^[\x21-\x7e]{1,16000}$/.test(value)) {
      throw new RegistryError('BAD_TOKEN', `${asked} answered without a usable token`);
    }
    const said = typeof expires_in === 'number' && expires_in > 0 ? expires_in : LEAST_LIFE;
    const life = Math.min(MOST_LIFE, Math.max(LEAST_LIFE, said));
    return { kind: 'token', value, until: this.#now() + life * USED_UP * 1000 };
  }
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function basicFor(credential: Credential | undefined): string | undefined {
  if (credential?.kind === 'password') return basicOf(credential.username, credential.password);
  // ACR keeps the refresh token where a password would be.
  return credential?.kind === 'identity' && credential.username !== undefined
    ? basicOf(credential.username, credential.token)
    : undefined;
}

/** Attack: what one tenant may see must not be found by another: the credential is part of the key. */
function keyOf({ realm, service, scopes, credential }: TokenRequest): string {
  return JSON.stringify([realm.origin, realm.path, service, scopes, idOf(credential)]);
}
