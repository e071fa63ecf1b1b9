import type { LookupFunction } from 'node:net';
import type {
  Credentials,
  Denied,
  FoundBlob,
  FoundDigest,
  FoundManifest,
  Missing,
  OnExchange,
  ReferrerListing,
  Registry,
  RepositoryRef,
  Standing,
  TagListing,
} from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Duration } from '../../domain/time.ts';
import { Authorizer } from './authorizer.ts';
import { NO_CREDENTIALS } from './credentials.ts';
import { within } from './deadline.ts';
import { type EndpointOptions, Endpoints } from './endpoint.ts';
import { HeadModes } from './head-modes.ts';
import { Heads } from './heads.ts';
import { Http } from './http.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { LoginAnswer } from './login.ts';
import { getManifest, manifestAsk } from './manifests.ts';
import { Politeness } from './politeness.ts';
import { ReferrersSupport } from './referrers-support.ts';
import { type Ask, asked, Requester } from './requester.ts';
import { digestsByTagApi, TAG_APIS, type TagApi } from './tag-api.ts';
import { Tokens } from './token.ts';
import type { RegistryUsage } from './usage.ts';

export interface RegistryClientOptions extends EndpointOptions {
  /** Milliseconds since the epoch: for the life of tokens and for dates in `Retry-After`. */
  readonly now: () => number;
  /** @default - anonymous everywhere */
  readonly credentials?: Credentials;
  /** @default 16 to one origin */
  readonly connections?: number;
  /** @default {@link LIMITS} */
  readonly limits?: Partial<Limits>;
  /** Resolves names. @default - the system's resolver */
  readonly resolve?: LookupFunction;
  readonly userAgent?: string;
  /** Counts what is asked. @default - nobody does */
  readonly usage?: RegistryUsage;
  /** By registry: ways to learn many digests at once. @default - those of Docker Hub and Quay */
  readonly tagApis?: Readonly<Record<string, TagApi>>;
  /** Waits for a turn. @default - a timer */
  readonly sleep?: (duration: Duration, signal?: AbortSignal) => Promise<void>;
  /** Told of every answer that is no token's, for evidence. */
  readonly onExchange?: OnExchange;
}

const CONNECTIONS = 16;
const USER_AGENT = 'tagwarden';

/**
 * A client of any number of registries (distribution-spec 1.1); one for the life of a process. Most
 * processes only ever ask where tags point: what answers other questions is loaded with the first.
 */
export function createRegistryClient(options: RegistryClientOptions): Registry & {
  /** Whether the registry takes the credential that there is for it. @throws {RegistryError} when that cannot be found out */
  logIn(registry: string, signal?: AbortSignal): Promise<LoginAnswer>;
  close(): Promise<void>;
} {
  return new RegistryClient(options);
}

class RegistryClient implements Registry {
  readonly #limits: Limits;
  readonly #endpoints: Endpoints;
  readonly #http: Http;
  readonly #politeness: Politeness;
  readonly #tagApis: Readonly<Record<string, TagApi>>;
  readonly #requester: Requester;
  readonly #heads: Heads;
  readonly #support: ReferrersSupport;

  constructor(options: RegistryClientOptions) {
    const { now, credentials = NO_CREDENTIALS, resolve, userAgent = USER_AGENT } = options;
    const limits = { ...LIMITS, ...options.limits };
    this.#limits = limits;
    this.#endpoints = new Endpoints(options);
    this.#tagApis = options.tagApis ?? TAG_APIS;
    this.#http = new Http({
      limits,
      connections: options.connections ?? CONNECTIONS,
      ...(resolve === undefined ? {} : { resolve }),
      ...(options.usage === undefined ? {} : { usage: options.usage }),
    });
    const tokens = new Tokens(this.#http, limits, now, userAgent);
    const authorizer = new Authorizer(tokens, credentials, now);
    this.#politeness = new Politeness({ now, ...(options.sleep && { sleep: options.sleep }) });
    const { usage, onExchange } = options;
    this.#requester = new Requester(
      this.#http,
      authorizer,
      limits,
      now,
      userAgent,
      this.#politeness,
      usage,
      onExchange,
    );
    this.#heads = new Heads(this.#requester, new HeadModes(now));
    this.#support = new ReferrersSupport(now);
  }

  async headManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundDigest | Missing | Denied> {
    const at = { ...repository, site: this.#site(repository), reference };
    await this.#politeness.turn(repository.registry, signal);
    return this.#heads.digestOf(at, signal);
  }

  async getManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundManifest | Missing | Denied> {
    const ask = manifestAsk('GET', this.#site(repository), repository, reference);
    return this.#inTurn(ask, this.#limits.getDeadline, signal, (inner) =>
      getManifest(this.#requester, ask, reference, inner),
    );
  }

  async getBlob(
    repository: RepositoryRef,
    digest: Digest,
    limit: number,
    signal?: AbortSignal,
  ): Promise<FoundBlob | Missing | Denied> {
    const { blobAsk, getBlob } = await import('./blobs.ts');
    const ask = blobAsk(this.#site(repository), repository, digest);
    return this.#inTurn(ask, this.#limits.getDeadline, signal, (inner) =>
      getBlob(this.#requester, ask, digest, limit, inner),
    );
  }

  async listTags(
    repository: RepositoryRef,
    signal?: AbortSignal,
  ): Promise<TagListing | Missing | Denied> {
    const { listTags, tagsAsk } = await import('./tags.ts');
    const ask = tagsAsk(this.#site(repository), repository);
    return this.#inTurn(ask, this.#limits.listDeadline, signal, (inner) =>
      listTags(this.#requester, ask, inner),
    );
  }

  async listReferrers(
    repository: RepositoryRef,
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<ReferrerListing | Denied> {
    const { listReferrers, referrersAsk } = await import('./referrers.ts');
    const ask = referrersAsk(this.#site(repository), repository, digest);
    return this.#inTurn(ask, this.#limits.listDeadline, signal, (inner) =>
      listReferrers(this.#requester, this.#support, ask, digest, inner),
    );
  }

  async logIn(registry: string, signal?: AbortSignal): Promise<LoginAnswer> {
    const { logIn, loginAsk } = await import('./login.ts');
    const ask = loginAsk(this.#endpoints.of(registry));
    return within(
      this.#limits.getDeadline,
      signal,
      () => asked(ask),
      (inner) => logIn(this.#requester, ask, inner),
    );
  }

  async digestsOf(
    repository: RepositoryRef,
    tags: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Digest>> {
    const { registry } = repository;
    const api = this.#tagApis[registry];
    if (api === undefined) return new Map();
    await this.#politeness.turn(registry, signal);
    const site = this.#endpoints.besides(registry, api.origin);
    return digestsByTagApi(this.#requester, site, api.kind, repository, tags, signal);
  }

  standing(registry: string): Standing | undefined {
    return this.#politeness.standing(registry);
  }

  resume(registry: string, standing: Standing): void {
    this.#politeness.resume(registry, standing);
  }

  /** When it is our turn at that registry, and then within that time. */
  async #inTurn<T>(
    ask: Ask,
    limit: Duration,
    signal: AbortSignal | undefined,
    work: (inner: AbortSignal) => Promise<T>,
  ): Promise<T> {
    await this.#politeness.turn(ask.site.registry, signal);
    return within(limit, signal, () => asked(ask), work);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #site({ registry }: RepositoryRef) {
    return this.#endpoints.of(registry);
  }
}
