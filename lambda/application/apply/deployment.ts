import { TagwardenError } from '../../domain/errors.ts';
import { repositoryKeyOf } from '../../domain/reference.ts';
import type { CompiledWatchlist, Watch } from '../../domain/watch.ts';
import {
  type ApplyDeps,
  type ApplyReport,
  applyWatchlist,
  type WatchlistDiff,
  type Writer,
} from '../apply.ts';

export interface Deployment {
  /** Of the compiled list. */
  readonly hash: string;
  /** Whether more than {@link MOST_REMOVED} of the watches may go. */
  readonly allowRemovals: boolean;
}

/** A file that was cut short or emptied by accident must not stop the watching of what it lost. */
export const MOST_REMOVED = 0.2;
const NAMED = 5;

/** The list would end more watches than a deployment may by itself. Nothing was changed. */
export class RemovalsRefusedError extends TagwardenError<'REMOVALS_REFUSED'> {
  constructor(gone: readonly Watch[], stored: number) {
    const share = Math.round((100 * gone.length) / stored);
    const named = gone.map(nameOf).sort().slice(0, NAMED).join(', ');
    const others = gone.length > NAMED ? ` and ${gone.length - NAMED} more` : '';
    super(
      'REMOVALS_REFUSED',
      `the watch list lacks ${gone.length} of ${stored} watches (${share} %): ${named}${others}. ` +
        `Expected at most ${100 * MOST_REMOVED} %; if they are to go, deploy once with -c allowRemovals=true`,
    );
  }
}

/**
 * Makes the store's watches equal to the list of a deployment: the file is the truth. Going back to
 * the list that was applied last, after one that was not applied to its end, is always allowed: that
 * is how a deployment that failed is rolled back.
 *
 * @throws {RemovalsRefusedError} before anything is changed
 */
export async function applyDeployment(
  deps: ApplyDeps,
  compiled: CompiledWatchlist,
  { hash, allowRemovals }: Deployment,
  writer: Writer,
): Promise<ApplyReport> {
  const applied = await deps.watches.applied();
  const permit = (diff: WatchlistDiff, gone: readonly Watch[]) => {
    const stored = gone.length + diff.changed.length + diff.unchanged;
    if (allowRemovals || applied?.hash === hash || gone.length <= stored * MOST_REMOVED) return;
    throw new RemovalsRefusedError(gone, stored);
  };
  const options = { prune: true, dryRun: false, permit, writer };
  const report = await applyWatchlist(deps, compiled, options);
  if (applied?.hash !== hash) {
    const watches = compiled.watches.length;
    await deps.watches.putApplied({ v: 1, hash, at: deps.clock.now(), watches });
  }
  return report;
}

function nameOf(watch: Watch): string {
  const { tag, digest } = watch;
  const rest = tag !== undefined ? `:${tag}` : digest !== undefined ? `@${digest}` : ' (a filter)';
  return `${repositoryKeyOf(watch)}${rest}`;
}
