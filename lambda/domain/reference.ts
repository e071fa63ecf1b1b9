import type { Digest } from './digest.ts';

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
