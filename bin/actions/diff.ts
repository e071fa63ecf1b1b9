import { diffWatchlist, type WatchlistDiff } from '../../lambda/application/apply.ts';
import type { Cli } from '../cli.ts';
import type { DiffFlags } from '../commands/diff.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { loadWatchlist } from '../watchlist-file.ts';
import { withStore } from '../with-store.ts';

export async function diff(cli: Cli, { file, exitCode }: DiffFlags): Promise<ExitCode> {
  const watchlist = await loadWatchlist(cli, file);
  return withStore(cli, async ({ store }) => {
    const found = await diffWatchlist(store, watchlist);
    cli.output.result(found, () => [
      ...lines('+', found.added),
      ...lines('~', found.changed),
      ...lines('-', found.gone),
      summaryOf(found),
    ]);
    return exitCode === true && isDifferent(found) ? EXIT.no : EXIT.done;
  });
}

function lines(sign: string, ids: readonly string[]): string[] {
  return ids.map((id) => `${sign} ${printable(id)}`);
}

function summaryOf({ added, changed, gone, unchanged }: WatchlistDiff): string {
  return `${added.length} to add, ${changed.length} to change, ${gone.length} not in the file, ${unchanged} unchanged`;
}

function isDifferent({ added, changed, gone }: WatchlistDiff): boolean {
  return added.length + changed.length + gone.length > 0;
}
