/** What is asked of a registry. */
import type { Digest } from '../../domain/digest.ts';
import type { InconclusiveReason } from '../../domain/observation.ts';
import type { Quota } from '../../domain/quota.ts';
import type { Duration } from '../../domain/time.ts';

/** `404` with an OCI error body (`oci`) or without one: only the former may count towards "missing". */
export interface Missing {
  readonly kind: 'missing';
  readonly oci: boolean;
  readonly code: string;
  readonly detail: string;
}

/** 401 or 403 after authentication was tried: deleted, made private, or never ours. */
export interface Denied {
  readonly kind: 'denied';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export interface FoundDigest {
  readonly kind: 'found';
  /** Absent when the registry sent no usable `Docker-Content-Digest`: only a GET can tell. A claim, not a proof. */
  readonly digest?: Digest;
  readonly mediaType?: string;
}

export interface FoundManifest {
  readonly kind: 'found';
  /** Computed from `bytes`; equal to the requested digest where one was requested. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface FoundBlob {
  readonly kind: 'found';
  readonly bytes: Uint8Array;
}

export interface RepositoryRef {
  readonly registry: string;
  readonly repository: string;
}

/** The tags of a repository; `complete` is false when a cap or a broken page ended the listing. */
export interface TagListing {
  readonly kind: 'found';
  readonly tags: readonly string[];
  readonly complete: boolean;
}

/** Descriptors are hints from the listing: their annotations and artifact types are not to be believed. */
export interface ReferrerDescriptor {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `via: 'tag'` is the fallback tag of a registry without the referrers API (distribution-spec 1.1). */
export interface ReferrerListing {
  readonly kind: 'found';
  readonly via: 'api' | 'tag' | 'none';
  readonly referrers: readonly ReferrerDescriptor[];
  /** Every page was read, or absence was proven by an OCI 404 on the fallback tag. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly problem?: string;
  /** It goes on beyond what is read of any image. */
  readonly tooMany?: true;
  /** How many of `referrers` came from the first page. */
  readonly firstPage: number;
}

/** How a registry has asked to be treated, as far as it matters to the next process too. */
export interface Standing {
  /** Pulls that are left; absent where the registry announces none. */
  readonly quota?: Quota;
  /** Requests per second, while it is asked more slowly than it might be. */
  readonly rate?: number;
}

/**
 * Expected answers are values; everything that could not be found out is thrown as a
 * {@link RegistryFailure} with its reason.
 */
export interface Registry {
  headManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundDigest | Missing | Denied>;
  getManifest(
    repository: RepositoryRef,
    reference: string,
    signal?: AbortSignal,
  ): Promise<FoundManifest | Missing | Denied>;
  /** `limit` is in bytes; a blob that is longer, or does not hash to its digest, is a failure. */
  getBlob(
    repository: RepositoryRef,
    digest: Digest,
    limit: number,
    signal?: AbortSignal,
  ): Promise<FoundBlob | Missing | Denied>;
  listTags(repository: RepositoryRef, signal?: AbortSignal): Promise<TagListing | Missing | Denied>;
  listReferrers(
    repository: RepositoryRef,
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<ReferrerListing | Denied>;
  /**
   * Digests of as many of these tags as the registry tells at once; absent where it has no such way.
   * Claims, as a HEAD's are: what is not among them has to be asked for.
   */
  digestsOf?(
    repository: RepositoryRef,
    tags: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Digest>>;
  /** What its answers said of how it wants to be treated; undefined when nothing. */
  standing?(registry: string): Standing | undefined;
  /** Goes on as another process had to. */
  resume?(registry: string, standing: Standing): void;
}

/** What every registry error offers, whatever its class: why nothing could be found out. */
export interface RegistryFailure extends Error {
  readonly reason: InconclusiveReason;
  readonly temporary: boolean;
  /** Present on `throttled` and `quota`: not before this much time has passed. */
  readonly retryAfter?: Duration;
}
