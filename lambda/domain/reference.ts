import { type Digest, isDigest } from './digest.ts';
import { TagwardenError } from './errors.ts';

/** Canonical (`alpine` is `docker.io/library/alpine:latest`): `registry` has its aliases folded. */
export interface Reference {
  /** Host, with its port if it has one: `docker.io`, `ghcr.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** Path without the registry: `library/alpine`. */
  readonly repository: string;
  /** Absent only where a digest was given without a tag. */
  readonly tag?: string;
  readonly digest?: Digest;
}

/** `registry/repository:tag`, never with a digest; of a digest-only watch `repository@digest`. */
export type TagKey = string;

/** `registry/repository`. */
export type RepositoryKey = string;

/** Raised when a text is not an image reference that Docker would accept. */
export class InvalidReferenceError extends TagwardenError<'INVALID_REFERENCE'> {
  /** What was found and expected, without the text itself. */
  readonly problem: string;

  constructor(text: string, problem: string, what = 'image reference') {
    super('INVALID_REFERENCE', `invalid ${what} ${quote(text)}: ${problem}`);
    this.problem = problem;
  }
}

/** A repository that was named, and what was said about which of its images. */
export interface ParsedName {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DOCKER_HUB = 'docker.io';

/** Hosts of one registry, which share one namespace and one rate limit. */
const DOCKER_HUB_HOSTS: ReadonlySet<string> = new Set([
  DOCKER_HUB,
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/*
 * The grammar of github.com/distribution/reference (regexp.go), written so that every repetition
 * starts with a character that the one before it cannot take: matching is linear in the text, so
 * that a hostile reference cannot stall the parser.
 */
const HOST =
  /^(?:[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*(?:\.[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*)*|\[[a-fA-F0-9:]+\])(?::([0-9]+))?$/;
const PATH = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** distribution's `RepositoryNameTotalLengthMax`: of the path, without the host. */
const LONGEST_PATH = 255;
/** Longer than any DNS name with a port; keeps a tag key far below the 2 KB of a partition key. */
const LONGEST_HOST = 261;

/**
 * Parses what distribution/reference's `ParseNormalizedNamed` accepts, except names whose first
 * part looks like a host and is none (`my_host.com/foo`), ports outside 1 to 65535 and digests that
 * are neither sha256 nor sha512. Without tag and digest the tag is `latest`; `tag@digest` keeps both.
 *
 * Hosts are compared as DNS does, so they become lowercase wherever they are still read as a host.
 *
 * @throws {InvalidReferenceError}
 */
export function parseReference(text: string): Reference {
  const name = parseName(text);
  return name.tag === undefined && name.digest === undefined ? { ...name, tag: 'latest' } : name;
}

/**
 * As {@link parseReference}, but says nothing about a tag that the text does not name.
 *
 * @throws {InvalidReferenceError}
 */
export function parseName(text: string): ParsedName {
  const fail = (problem: string) => new InvalidReferenceError(text, problem);
  if (IMAGE_ID.test(text)) {
    throw fail('found 64 hexadecimal digits, which is an image id, expected a repository');
  }
  const [domain, remainder] = splitDomain(text);
  const [beforeDigest, digest] = cut(remainder, '@');
  const [path, tag] = cut(beforeDigest, ':');

  const registry = canonicalHost(domain, fail);
  const repository = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
  checkPath(path, repository, fail);
  if (tag !== undefined && !TAG.test(tag)) {
    throw fail(
      `found the tag ${quote(tag)}, expected 1 to 128 letters, digits, "_", "." or "-", not starting with "." or "-"`,
    );
  }
  if (digest !== undefined && !isDigest(digest)) {
    throw fail(
      `found the digest ${quote(digest)}, expected sha256:<64 lowercase hex> or sha512:<128 lowercase hex>`,
    );
  }
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * The canonical form of a registry host: aliases of Docker Hub folded, lowercase.
 *
 * @throws {InvalidReferenceError} when it is not a host with an optional port
 */
export function parseRegistry(host: string): string {
  return canonicalHost(host, (problem) => new InvalidReferenceError(host, problem, 'registry'));
}

/** `registry/repository[:tag][@digest]`; parsing it gives the same reference again. */
export function formatReference(reference: Reference): string {
  const { tag, digest } = reference;
  return `${repositoryKeyOf(reference)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A tag's key never carries a digest: a watched tag stays the same tag wherever it points. */
export function tagKeyOf(reference: Reference): TagKey {
  const { tag, digest } = reference;
  return `${repositoryKeyOf(reference)}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

/**
 * The reference that a tag key stands for.
 *
 * @throws {InvalidReferenceError} when the key is not canonical
 */
export function parseTagKey(key: TagKey): Reference {
  const reference = parseReference(key);
  if (tagKeyOf(reference) !== key) {
    throw new InvalidReferenceError(key, `expected the tag key ${quote(tagKeyOf(reference))}`);
  }
  return reference;
}

export function repositoryKeyOf(of: { registry: string; repository: string }): RepositoryKey {
  return `${of.registry}/${of.repository}`;
}

/** A lane is one registry: its id is the canonical host. */
export function laneOf(registry: string): string {
  return fold(registry);
}

/** What people paste from other tools; for the command line only, never for stored or watched names. */
export function stripTransport(text: string): string {
  return text.replace(/^(?:docker|oci|https):\/\//, '');
}

/** distribution's `splitDockerDomain`: the part before the first `/` is a host only if it looks like one. */
function splitDomain(text: string): readonly [string, string] {
  const [first, rest] = cut(text, '/');
  return rest !== undefined && looksLikeHost(first) ? [first, rest] : [DOCKER_HUB, text];
}

function looksLikeHost(text: string): boolean {
  return text === 'localhost' || /[.:A-Z]/.test(text);
}

function canonicalHost(host: string, fail: (problem: string) => Error): string {
  const match = HOST.exec(host);
  if (match === null || host.length > LONGEST_HOST) {
    throw fail(
      `found the registry ${quote(host)}, expected a host name or address of letters, digits, "." and "-", with an optional port`,
    );
  }
  const port = match[1];
  if (port === undefined) return fold(host);
  if (Number(port) < 1 || Number(port) > 65_535) {
    throw fail(`found the port ${port.slice(0, 20)}, expected 1 to 65535`);
  }
  return fold(`${host.slice(0, -port.length)}${Number(port)}`);
}

/** Lowercase would turn the host of `Foo/bar` into a namespace of Docker Hub: that one keeps its case. */
function fold(host: string): string {
  const lower = host.toLowerCase();
  if (DOCKER_HUB_HOSTS.has(lower)) return DOCKER_HUB;
  return looksLikeHost(lower) ? lower : host;
}

function checkPath(path: string, repository: string, fail: (problem: string) => Error): void {
  if (/[A-Z]/.test(path)) {
    throw fail(`found capital letters in the repository ${quote(path)}, expected lowercase`);
  }
  if (!PATH.test(path)) {
    throw fail(
      `found the repository ${quote(path)}, expected parts of a-z and 0-9 joined by "/", with single ".", "_", "__" or "-" inside`,
    );
  }
  if (repository.length > LONGEST_PATH) {
    throw fail(
      `found a repository of ${repository.length} characters, expected at most ${LONGEST_PATH}`,
    );
  }
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function quote(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}
