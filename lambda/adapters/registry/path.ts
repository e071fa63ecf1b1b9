import { isDigest } from '../../domain/digest.ts';
import { RegistryError } from './errors.ts';

const NAME = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isTag(text: unknown): text is string {
  return typeof text === 'string' && TAG.test(text);
}

/**
 * The path of something in a repository. Attack: a name or tag that climbs out of its place
 * (`../../`) or adds a query; only what the specification calls a name gets into a URL.
 */
export function pathOf(
  repository: string,
  kind: 'manifests' | 'blobs' | 'referrers',
  reference: string,
): string {
  if (!isDigest(reference) && !isTag(reference)) {
    throw new RegistryError('PROTOCOL', `${quoted(reference)} is no tag`);
  }
  return `/v2/${checkedName(repository)}/${kind}/${reference}`;
}

export function tagsPathOf(repository: string): string {
  return `/v2/${checkedName(repository)}/tags/list`;
}

/** Attack: as for {@link pathOf}. */
export function checkedName(repository: string): string {
  if (repository.length > 255 || !NAME.test(repository)) {
    throw new RegistryError('PROTOCOL', `${quoted(repository)} is no repository name`);
  }
  return repository;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** `acme/app:1.4` or `acme/app@sha256:…`, for messages. */
export function nameOf(repository: string, reference: string): string {
  return `${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}
