import { readFileSync } from 'node:fs';
import type { Store } from './adapters/dynamodb/index.ts';
import type { Deps, ProcessDeps } from './application/deps.ts';
import type {
  Clock,
  Credentials,
  Logger,
  OnExchange,
  Publisher,
  Registry,
  Verifier,
} from './application/ports.ts';
import { millisecondsOf } from './domain/time.ts';
import type { RegistrySettings } from './domain/watch.ts';

export { createFileVerifier } from './composition/file-verifier.ts';
export { createTrustRefresher } from './composition/trust.ts';
export { createVerifier } from './composition/verifier.ts';

/*
 * The only place that builds things, with the folder beside it. Every function loads the adapters that it needs when it is
 * called: a command that asks one registry must not wait for the database to load.
 */

export interface StoreHandle {
  readonly store: Store;
  /** True when this process has the database open, false when it talks to the one that has. */
  readonly owner: boolean;
  close(): Promise<void>;
}

/**
 * The embedded store of a folder, through the process that has it open if there is one; without a
 * folder an empty one, in memory.
 */
export async function openStore(dataDir: string | undefined, clock: Clock): Promise<StoreHandle> {
  const [{ connectOrOpen, openEmbedded }, { createStore }] = await Promise.all([
    import('./adapters/dynamodb/embedded/index.ts'),
    import('./adapters/dynamodb/index.ts'),
  ]);
  const embedded = await (dataDir === undefined ? openEmbedded() : connectOrOpen({ dataDir }));
  const store = createStore(embedded.client, {
    tableName: embedded.tableName,
    now: () => clock.now(),
  });
  return { store, owner: embedded.owner, close: () => embedded.close() };
}

export interface RegistryHandle {
  readonly registry: Registry;
  /** Credentials that were there and could not be used; no secrets. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

export interface RegistryChoices {
  readonly clock: Clock;
  readonly settings: readonly RegistrySettings[];
  /** Registries that are spoken to without TLS, besides those on loopback. */
  readonly allowHttp?: readonly string[];
  /** Registries whose certificate is not checked. */
  readonly allowInsecureTls?: readonly string[];
  /** Path of Docker's `config.json`; a file that is not there is no credentials. */
  readonly dockerConfig?: string;
  /** For one registry and nowhere else; goes before Docker's. */
  readonly credential?: {
    readonly host: string;
    readonly username: string;
    readonly password: string;
  };
  /** Told of every answer, for evidence. */
  readonly onExchange?: OnExchange;
}

/** For a process on the user's own machine, where loopback is the user's too. */
export async function openRegistry(choices: RegistryChoices): Promise<RegistryHandle> {
  const { createRegistryClient, credentialFor, firstCredential } = await import(
    './adapters/registry/index.ts'
  );
  const docker = await dockerCredentials(choices.dockerConfig);
  const { clock, credential, settings, allowHttp = [], allowInsecureTls = [] } = choices;
  const sources: Credentials[] = [
    ...(credential ? [credentialFor(credential.host, { kind: 'password', ...credential })] : []),
    docker.credentials,
  ];
  const client = createRegistryClient({
    ...{ settings, allowHttp, allowInsecureTls, allowLoopback: true },
    now: () => millisecondsOf(clock.now()),
    credentials: firstCredential(...sources),
    ...(choices.onExchange && { onExchange: choices.onExchange }),
  });
  return { registry: client, warnings: docker.warnings, close: () => client.close() };
}

async function dockerCredentials(
  path: string | undefined,
): Promise<{ credentials: Credentials; warnings: readonly string[] }> {
  const { credentialsFromDockerConfig, NO_CREDENTIALS } = await import(
    './adapters/registry/index.ts'
  );
  const text = path === undefined ? undefined : readIfThere(path);
  if (text === undefined) return { credentials: NO_CREDENTIALS, warnings: [] };
  const credentials = credentialsFromDockerConfig(text);
  return { credentials, warnings: credentials.warnings };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

export interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly registry: Registry;
  readonly verifier: Verifier;
  readonly publisher: Publisher;
  readonly onCommit?: Deps['onCommit'];
}

/** What the use cases of one process need. */
export async function createDeps(parts: Parts): Promise<ProcessDeps> {
  const [{ createRandomIds }, { createFifoQueue }] = await Promise.all([
    import('./adapters/runtime/ids.ts'),
    import('./adapters/runtime/fifo-queue.ts'),
  ]);
  const { clock, log, store, registry, verifier, publisher, onCommit } = parts;
  const { states, events, sightings, watches, lanes, runs, trust } = store;
  return {
    ...{ clock, log, registry, verifier, publisher },
    ...{ states, events, sightings, watches, lanes, runs, trust },
    ids: createRandomIds(),
    storeId: await store.id(),
    queue: createFifoQueue({ clock, log }),
    ...(onCommit && { onCommit }),
  };
}
