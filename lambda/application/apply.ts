import type { CompiledWatchlist } from '../domain/watch.ts';
import type { Deps } from './deps.ts';

/** What the store has to become; ids of watches, each list sorted. */
export interface WatchlistDiff {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** In the store and not in the file. */
  readonly gone: readonly string[];
  readonly unchanged: number;
}

export interface ApplyReport {
  readonly applyId: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Not in the file, and kept because removing was not asked for. */
  readonly refused: readonly string[];
  readonly unchanged: number;
  /** Units that are due at once. */
  readonly freshUnits: number;
}

export interface ApplyOptions {
  readonly prune: boolean;
  readonly dryRun: boolean;
}

type ApplyDeps = Pick<Deps, 'watches' | 'lanes' | 'trust' | 'clock' | 'ids'>;

export declare function diffWatchlist(
  deps: Pick<Deps, 'watches'>,
  compiled: CompiledWatchlist,
): Promise<WatchlistDiff>;

export declare function applyWatchlist(
  deps: ApplyDeps,
  compiled: CompiledWatchlist,
  options: ApplyOptions,
): Promise<ApplyReport>;
