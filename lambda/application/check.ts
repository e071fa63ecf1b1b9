import type { Digest } from '../domain/digest.ts';
import type { TagKey } from '../domain/reference.ts';
import type { Verification } from '../domain/verdict.ts';
import type { CompiledWatchlist, WatchTerms } from '../domain/watch.ts';
import type { Deps } from './deps.ts';

export interface CheckRow {
  readonly tagKey: TagKey;
  readonly terms: readonly WatchTerms[];
  readonly outcome: 'resolved' | 'not found' | 'denied' | 'inconclusive';
  readonly digest?: Digest;
  /** One per policy that requires signatures. */
  readonly verifications: readonly Verification[];
  /** Why it was not resolved. */
  readonly detail?: string;
}

/** Resolves and verifies every watch now and stores nothing; rows come as they are known. */
export declare function checkWatchlist(
  deps: Pick<Deps, 'registry' | 'verifier'>,
  compiled: CompiledWatchlist,
  options: { readonly concurrency: number; readonly signal?: AbortSignal },
): AsyncGenerator<CheckRow>;
