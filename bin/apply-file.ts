import { existsSync } from 'node:fs';
import { createRandomIds } from '../lambda/adapters/runtime/ids.ts';
import { applyWatchlist } from '../lambda/application/apply.ts';
import { applySummary } from './apply-text.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { DEFAULT_FILE } from './file-flag.ts';
import { loadWatchlist } from './watchlist-file.ts';
import type { OpenStore } from './with-store.ts';

/**
 * Brings the store up to a watch list before it is worked: the named one, else `./watchlist.yaml`
 * if it is there, else what is stored already. What the file no longer has stays watched.
 *
 * @throws {CliError} when nothing is watched then
 */
export async function applyFile(
  cli: Cli,
  { store, clock }: OpenStore,
  file: string | undefined,
): Promise<void> {
  if (file === undefined && !existsSync(cli.path(DEFAULT_FILE))) {
    if (await isEmpty(store.watches.watches())) {
      throw new CliError(
        EXIT.missingFile,
        `nothing is watched: expected ./${DEFAULT_FILE}, or -f FILE`,
      );
    }
    return;
  }
  const watchlist = await loadWatchlist(cli, file);
  const deps = { ...store, clock, ids: createRandomIds() };
  const report = await applyWatchlist(deps, watchlist, { dryRun: false, prune: false });
  const { added, changed, refused } = report;
  if (added.length + changed.length > 0) {
    cli.output.note(`${file ?? DEFAULT_FILE}: ${applySummary(report)}`);
  }
  if (refused.length > 0) {
    cli.output.warn(
      `${refused.length} watches are not in the file and stay: tagwarden apply --prune`,
    );
  }
}

async function isEmpty(rows: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _row of rows) return false;
  return true;
}
