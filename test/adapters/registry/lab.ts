import { createServer, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import {
  createRegistryClient,
  credentialFor,
  type RegistryClientOptions,
  RegistryError,
} from '../../../lambda/adapters/registry/index.ts';
import type { Credential } from '../../../lambda/application/ports.ts';
import {
  pushImage,
  type RegistryDouble,
  type RegistryOptions,
  startRegistry,
} from '../../support/registry/index.ts';

export const USER = { username: 'me', password: 'correct horse' };
export const PASSWORD = { kind: 'password', ...USER } as const satisfies Credential;

/** So that a test of what never comes is soon over. */
export const SHORT = { headDeadline: 300, getDeadline: 300, connectTimeout: 300 };

type ClientOptions = Partial<RegistryClientOptions>;

/** Anything that listens and counts who comes; it answers as it is told, or not at all. */
export interface Listener {
  readonly port: number;
  connections: number;
  /** Everything that was sent to it. */
  received: string;
}

/** What a test opens, closed behind it. */
export class Lab {
  readonly #open: (() => Promise<unknown>)[] = [];

  constructor() {
    afterEach(async () => {
      await Promise.all(this.#open.splice(0).map((close) => close()));
    });
  }

  async registry(options: RegistryOptions = {}): Promise<RegistryDouble> {
    const registry = await startRegistry(options);
    this.#open.push(() => registry.close());
    return registry;
  }

  client(options: ClientOptions = {}) {
    const client = createRegistryClient({ now: Date.now, allowLoopback: true, ...options });
    this.#open.push(() => client.close());
    return client;
  }

  /**
   * A registry with the image `acme/app:1`, and a client that does not wait for long.
   *
   * @param client - its options, which may depend on the host of the registry
   */
  async serving(
    options: RegistryOptions = {},
    client: ClientOptions | ((host: string) => ClientOptions) = {},
  ) {
    const registry = await this.registry(options);
    const image = pushImage(registry, 'acme/app', '1', { content: 'one' });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const given = typeof client === 'function' ? client(registry.host) : client;
    return { registry, image, repository, client: this.client({ limits: SHORT, ...given }) };
  }

  /** A registry with an image at `1` of two repositories, which a client asks as somebody. */
  async guarded(
    options: RegistryOptions = {},
    credential: Credential | null = PASSWORD,
    client: ClientOptions = {},
  ) {
    const registry = await this.registry({ auth: 'token', users: [USER], ...options });
    for (const name of ['acme/app', 'acme/other']) {
      pushImage(registry, name, '1', { content: name });
    }
    const credentials = credential && { credentials: credentialFor(registry.host, credential) };
    const repository = { registry: registry.host, repository: 'acme/app' };
    return {
      registry,
      repository,
      other: { ...repository, repository: 'acme/other' },
      client: this.client({ ...credentials, ...client }),
      asked: () => registry.requests.map(({ method, path }) => `${method} ${path}`),
    };
  }

  async listener(answer?: string): Promise<Listener> {
    const sockets = new Set<Socket>();
    const listener: Listener = { port: 0, connections: 0, received: '' };
    const server = createServer((socket) => {
      listener.connections += 1;
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', (data) => {
        listener.received += data.toString();
        if (answer !== undefined) socket.end(answer);
      });
    });
    const port = await listen(server);
    this.#open.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return Object.assign(listener, { port });
  }
}

function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  return promise;
}

/** What a call fails with; anything but a {@link RegistryError} is a failure of the test. */
export async function failureOf(call: Promise<unknown>): Promise<RegistryError> {
  const thrown = await call.then(
    (value) => new Error(`expected a failure, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (thrown instanceof RegistryError) return thrown;
  throw thrown;
}

/** Resolves every name to these addresses, and counts. */
export function resolver(...addresses: readonly string[]) {
  const state = { calls: 0 };
  const resolve: NonNullable<RegistryClientOptions['resolve']> = (_name, _options, callback) => {
    state.calls += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { state, resolve };
}

export function portOf(registry: RegistryDouble): string {
  return registry.host.split(':')[1] ?? '';
}
