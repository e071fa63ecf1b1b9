import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
// By their files: of all that undici can do this is a third, and its version is pinned.
import ask from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { type AddressPolicy, assertLiteralAllowed, checkedLookup } from './address.ts';
import { codeOf } from './errors.ts';
import type { Limits } from './limits.ts';
import type { RegistryUsage } from './usage.ts';

export interface TlsOptions {
  /** Takes any certificate: only where the user said so of this registry. */
  readonly insecure: boolean;
  /** PEM of the authorities instead of the system's. */
  readonly ca?: string | string[];
}

/** Whom to connect to, and what that connection may do. */
export interface Target {
  /** `https://ghcr.io`, as a URL spells it. */
  readonly origin: string;
  readonly hostname: string;
  readonly addresses: AddressPolicy;
  readonly tls: TlsOptions;
  /** At the same time. @default - as for any host */
  readonly connections?: number;
}

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type WireBody = Dispatcher.ResponseData['body'];

export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: WireBody;
}

export interface HttpOptions {
  readonly limits: Limits;
  /** Connections to one origin. */
  readonly connections: number;
  /** Resolves names. @default - the system's resolver */
  readonly resolve?: LookupFunction;
  readonly usage?: RegistryUsage;
}

/** More origins than anyone watches; a hostile registry may name any number of others. */
const MOST_POOLS = 256;
/** The server closed a connection that had been idle, just when we used it again. */
const STALE = /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_)/;

/** Connections to registries, token servers and storage: kept alive, bounded, to checked addresses only. */
export class Http {
  readonly #options: HttpOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Follows nothing and decodes nothing: redirects and encodings are for the caller to judge. */
  async request(target: Target, request: WireRequest, signal: AbortSignal): Promise<WireResponse> {
    const pool = this.#poolOf(target);
    this.#options.usage?.requested();
    // Without `reset: false` undici closes the connection after every HEAD.
    const options = { ...request, signal, reset: false };
    try {
      const { statusCode, headers, body } = await ask.call(pool, options);
      return { status: statusCode, headers, body };
    } catch (thrown) {
      if (signal.aborted || !STALE.test(codeOf(thrown))) throw thrown;
      const { statusCode, headers, body } = await ask.call(pool, options);
      return { status: statusCode, headers, body };
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #poolOf(target: Target): Pool {
    const { addresses, tls } = target;
    const key = `${target.origin} ${addresses.loopback} ${addresses.linkLocal} ${addresses.private} ${tls.insecure} ${tls.ca}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = this.#open(target);
    this.#pools.set(key, pool);
    this.#dropOldest();
    return pool;
  }

  #open({ origin, hostname, addresses, tls, connections: most }: Target): Pool {
    assertLiteralAllowed(hostname, addresses);
    const { limits, connections, resolve } = this.#options;
    return new Pool(origin, {
      connections: most ?? connections,
      pipelining: 1,
      keepAliveTimeout: limits.keepAlive,
      maxHeaderSize: limits.headerBytes,
      // Every request has one deadline for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        timeout: limits.connectTimeout,
        lookup: checkedLookup(addresses, resolve),
        rejectUnauthorized: !tls.insecure,
        ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      },
    });
  }

  #dropOldest(): void {
    if (this.#pools.size <= MOST_POOLS) return;
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    this.#pools.delete(oldest[0]);
    void oldest[1].close();
  }
}
