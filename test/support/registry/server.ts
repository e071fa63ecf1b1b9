import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Access, type AccessOptions } from './access.ts';
import { blobs, Uploads } from './blobs.ts';
import { type Answer, empty, ociError, type SeenRequest } from './exchange.ts';
import { type Fault, Faults, spoil } from './faults.ts';
import { noReferrers, referrers, tagsList } from './listings.ts';
import { manifests } from './manifests.ts';
import { send } from './send.ts';
import { Store } from './store.ts';

export interface RegistryOptions extends AccessOptions {
  /** Whether the referrers API is there; without it clients use the fallback tag. */
  readonly referrers?: boolean;
  /** @default - any free port */
  readonly port?: number;
  /** @default - plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Most tags in one page. @default 1000 */
  readonly tagsPerPage?: number;
  /** @default 1000 */
  readonly referrersPerPage?: number;
  readonly faults?: readonly Fault[];
}

const BODY_LIMIT = 256 * 1024 * 1024;
const REMEMBERED = 100_000;

/** A working OCI registry in memory, on loopback: pushed to and pulled from by the distribution specification. */
export class RegistryDouble {
  readonly store = new Store();
  readonly faults = new Faults();
  /** The latest requests, oldest first. */
  readonly requests: SeenRequest[] = [];
  /** Connections accepted so far. */
  connections = 0;
  readonly #options: RegistryOptions;
  readonly #access: Access;
  readonly #uploads = new Uploads(this.store);
  readonly #server: ReturnType<typeof createServer>;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#access = new Access(options);
    const { tls } = options;
    this.#server = tls === undefined ? createServer() : createTlsServer({ ...tls });
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.connections += 1;
      CONNECTION.set(socket, this.connections);
    });
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    for (const fault of options.faults ?? []) this.faults.add(fault);
  }

  /** `127.0.0.1:<port>`, as it stands in a reference. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.host}`;
  }

  /** Whether it offers the referrers API. */
  get hasReferrers(): boolean {
    return this.#options.referrers ?? false;
  }

  listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(this.#options.port ?? 0, '127.0.0.1', () => resolve());
    return promise;
  }

  /** Forgets the requests so far. */
  forget(): void {
    this.requests.length = 0;
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    return promise;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(incoming);
      const request = seen(incoming, body ?? new Uint8Array());
      this.#remember(request);
      const fault = this.faults.take(request);
      const own = body === undefined ? ociError(413, 'SIZE_INVALID') : this.#answer(request);
      const answer = fault === undefined ? own : spoil(own, fault, request);
      await send(response, answer, request.method === 'HEAD', fault);
    } catch {
      response.destroy();
    }
  }

  #remember(request: SeenRequest): void {
    if (this.requests.length >= REMEMBERED) this.requests.splice(0, REMEMBERED / 2);
    this.requests.push(request);
  }

  #answer(request: SeenRequest): Answer {
    if (request.path === '/token') return this.#access.token(request);
    const route = routeOf(request.path);
    if (route === undefined) return ociError(404, 'UNSUPPORTED', request.path);
    const refused = this.#access.check(request, route.name, this.origin);
    return refused ?? this.#routed(route, request);
  }

  #routed({ name, kind, reference }: Route, request: SeenRequest): Answer {
    const { store } = this;
    switch (kind) {
      case 'base':
        return empty(200, { 'docker-distribution-api-version': 'registry/2.0' });
      case 'tags':
        return tagsList(store, name, request, this.#options.tagsPerPage ?? 1000);
      case 'manifests':
        return manifests(store, name, reference, request, this.hasReferrers);
      case 'referrers':
        return this.#referrers(name, reference, request);
      case 'blobs':
        return blobs(store, name, reference, request);
      case 'uploads':
        return reference === ''
          ? this.#uploads.start(name, request)
          : this.#uploads.continue(name, reference, request);
    }
  }

  #referrers(name: string, digest: string, request: SeenRequest): Answer {
    const captured = this.store.find(name)?.capturedReferrers.get(digest);
    if (!this.hasReferrers) return captured ?? noReferrers();
    const pageLimit = this.#options.referrersPerPage ?? 1000;
    return referrers(this.store, name, digest, request, pageLimit);
  }
}

const CONNECTION = new WeakMap<Socket, number>();

interface Route {
  readonly name: string;
  readonly kind: 'base' | 'tags' | 'manifests' | 'referrers' | 'blobs' | 'uploads';
  readonly reference: string;
}

const ROUTE =
  /^\/v2\/(?<name>.+)\/(?:(?<tags>tags\/list)|(?<uploads>blobs\/uploads)(?:\/(?<id>[^/]*))?|(?<kind>manifests|referrers|blobs)\/(?<reference>[^/]+))$/;

function routeOf(path: string): Route | undefined {
  if (path === '/v2/' || path === '/v2') return { name: '', kind: 'base', reference: '' };
  const groups = ROUTE.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const { name = '', tags, uploads, id = '', kind, reference = '' } = groups;
  if (tags !== undefined) return { name, kind: 'tags', reference: '' };
  if (uploads !== undefined) return { name, kind: 'uploads', reference: id };
  return { name, kind: kind as Route['kind'], reference: decodeURIComponent(reference) };
}

/** Undefined when it is longer than the double takes. */
async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}

function seen(incoming: IncomingMessage, body: Uint8Array): SeenRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split(/\?(.*)/s);
  return {
    method: incoming.method ?? '',
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body,
    connection: CONNECTION.get(incoming.socket) ?? 0,
  };
}
