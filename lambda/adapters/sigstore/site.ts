import type { Registry, RepositoryRef } from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import { MAX_TOTAL_BYTES } from './limits.ts';

/** Where to look, and for what: one image in one repository. */
export interface Site {
  readonly registry: Registry;
  readonly repository: RepositoryRef;
  readonly digest: Digest;
  readonly signal?: AbortSignal;
  readonly budget: ByteBudget;
  /** The referrers API answered for this tag before. */
  readonly referrersApi: boolean;
}

export function siteOf(
  registry: Registry,
  repository: RepositoryRef,
  digest: Digest,
  signal: AbortSignal | undefined,
  referrersApi = false,
): Site {
  const budget = new ByteBudget(MAX_TOTAL_BYTES);
  return { registry, repository, digest, budget, referrersApi, ...(signal && { signal }) };
}

/** What may still be read: a thousand bundles of 4 MiB each would be the end of the process. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @returns whether there was that much left. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }
}
