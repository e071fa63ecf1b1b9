import { existsSync } from 'node:fs';
import { createRandomIds } from '../lambda/adapters/runtime/ids.ts';
import { applyWatchlist } from '../lambda/application/apply.ts';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';
import { applySummary } from './apply-text.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { DEFAULT_FILE } from './file-flag.ts';
import { loadWatchlist } from './watchlist-file.ts';
import type { OpenStore } from './with-store.ts';

/** A watch list that is to be applied before the store is worked. */
export interface FileToApply {
  readonly file: string;
  readonly watchlist: CompiledWatchlist;
}

/** The named watch list, else `./watchlist.yaml` if it is there, else none. @throws {CliError} */
export async function fileToApply(
  cli: Cli,
  file: string | undefined,
): Promise<FileToApply | undefined> {
  if (file === undefined && !existsSync(cli.path(DEFAULT_FILE))) return undefined;
  return { file: file ?? DEFAULT_FILE, watchlist: await loadWatchlist(cli, file) };
}

/**
 * Brings the store up to a watch list; what the file no longer has stays watched. Without a list
 * the store stays as it is.
 *
 * @throws {CliError} when nothing is watched then
 */
export async function applyFile(
  cli: Cli,
  { store, clock }: OpenStore,
  list: FileToApply | undefined,
): Promise<void> {
  if (list === undefined) {
    if (!(await isEmpty(store.watches.watches()))) return;
    throw new CliError(
      EXIT.missingFile,
      `nothing is watched: expected ./${DEFAULT_FILE}, or -f FILE`,
    );
  }
  const deps = { ...store, clock, ids: createRandomIds() };
  const report = await applyWatchlist(deps, list.watchlist, { dryRun: false, prune: false });
  const { added, changed, refused } = report;
  if (added.length + changed.length > 0) cli.output.note(`${list.file}: ${applySummary(report)}`);
  if (refused.length > 0) {
    const are =
      refused.length === 1
        ? '1 watch is not in the file and stays'
        : `${refused.length} watches are not in the file and stay`;
    cli.output.warn(`${are}: tagwarden apply --prune`);
  }
}

async function isEmpty(rows: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _row of rows) return false;
  return true;
}
