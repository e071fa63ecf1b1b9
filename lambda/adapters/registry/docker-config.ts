import type { Credential, Credentials } from '../../application/ports.ts';
import { messageOf, TagwardenError } from '../../domain/errors.ts';

/** The file is not a docker `config.json`. Says nothing of its contents. */
export class DockerConfigError extends TagwardenError<'INVALID_DOCKER_CONFIG'> {
  constructor(problem: string, cause?: unknown) {
    super('INVALID_DOCKER_CONFIG', `invalid docker config: ${problem}`, { cause });
  }
}

export interface DockerCredentials extends Credentials {
  /** What was left out and why; never a secret. */
  readonly warnings: readonly string[];
  /** The keys that have a credential (`docker.io`, `ghcr.io/acme`), sorted. */
  readonly hosts: readonly string[];
  find(registry: string, repository: string): Credential | undefined;
}

const DOCKER_HUB = [
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
];

/**
 * The credentials of a docker `config.json`: `auths` by `host`, `https://host/v1/` or `host/path`,
 * with `auth`, `username` and `password`, `identitytoken` or `registrytoken`. The longest path wins.
 * Helpers (`credsStore`, `credHelpers`) are programs and are never run; each is named in a warning.
 *
 * @throws {DockerConfigError}
 */
export function credentialsFromDockerConfig(json: string): DockerCredentials {
  const { auths, credsStore, credHelpers } = parseDockerConfig(json);
  const warnings = helperWarnings(credsStore, credHelpers);
  const byKey = new Map<string, Credential>();
  for (const [key, entry] of Object.entries(objectOr(auths, '"auths"'))) {
    const credential = credentialOf(objectOr(entry, `"auths" of ${key}`));
    if (typeof credential === 'string') warnings.push(`${key}: ${credential}`);
    else byKey.set(normalKey(key), credential);
  }
  const hosts = [...byKey.keys()].sort();
  return { warnings, hosts, find: (registry, repository) => find(byKey, registry, repository) };
}

/** An empty file has nothing in it, as docker reads it. @throws {DockerConfigError} */
export function parseDockerConfig(json: string): Record<string, unknown> {
  if (json.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    // The parser quotes what it could not read, and that may be a password.
    const where = /position \d+/.exec(messageOf(cause))?.[0] ?? 'its end';
    throw new DockerConfigError(`expected JSON, which ends at ${where}`);
  }
  return objectOr(parsed, 'the file');
}

/** @throws {DockerConfigError} */
export function objectOr(value: unknown, what: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new DockerConfigError(`expected ${what} to be an object`);
  }
  return value as Record<string, unknown>;
}

function helperWarnings(store: unknown, helpers: unknown): string[] {
  const hint = 'is not run: give the credential itself, for example with `tagwarden login`';
  const named = Object.keys(objectOr(helpers, '"credHelpers"'));
  const ofStore = typeof store === 'string' && store !== '' ? [`credsStore ${store} ${hint}`] : [];
  return [...ofStore, ...named.map((host) => `the credential helper of ${host} ${hint}`)];
}

/** A problem as text where there is no credential to be had. */
function credentialOf(entry: Record<string, unknown>): Credential | string {
  const [identity, registry] = [textOf(entry.identitytoken), textOf(entry.registrytoken)];
  const pair = pairOf(entry);
  if (registry !== undefined) return { kind: 'bearer', token: registry };
  if (identity !== undefined) {
    const username = typeof pair === 'object' ? pair.username : '';
    return { kind: 'identity', token: identity, ...(username === '' ? {} : { username }) };
  }
  return pair;
}

function pairOf(entry: Record<string, unknown>): (Credential & { kind: 'password' }) | string {
  const [username, password, auth] = [entry.username, entry.password, entry.auth].map(textOf);
  if (username !== undefined && password !== undefined) {
    return { kind: 'password', username, password };
  }
  if (auth === undefined) return 'no credential in it (a credential helper may hold it)';
  // Passwords of ECR and GCR contain colons: only the first one divides.
  const [, user, rest] = /^([^:]*):(.*)$/s.exec(decode(auth)) ?? [];
  if (user === undefined || rest === undefined) return '"auth" is not base64 of user:password';
  return { kind: 'password', username: user, password: rest };
}

/** Some writers pad with zero bytes. */
function decode(auth: string): string {
  return Buffer.from(auth, 'base64').toString().replace(/\0+$/, '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `https://index.docker.io/v1/` is the key of docker.io. */
export function normalKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const [host = '', ...path] = bare.replace(/\/v[12]$/, '').split('/');
  const registry = DOCKER_HUB.includes(host.toLowerCase()) ? 'docker.io' : host;
  return [registry, ...path].join('/');
}

function find(
  byKey: ReadonlyMap<string, Credential>,
  registry: string,
  repository: string,
): Credential | undefined {
  const path = [registry, ...repository.split('/')];
  while (path.length > 0) {
    const found = byKey.get(path.join('/'));
    if (found !== undefined) return found;
    path.pop();
  }
  return undefined;
}
