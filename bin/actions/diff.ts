import { diffWatchlist, type WatchlistDiff } from '../../lambda/application/apply.ts';
import { watchLines } from '../apply-text.ts';
import type { Cli } from '../cli.ts';
import type { DiffFlags } from '../commands/diff.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type NameOf, watchNames } from '../watch-names.ts';
import { loadWatchlist } from '../watchlist-file.ts';
import { withOwnStoreToRead } from '../with-store.ts';

export async function diff(cli: Cli, { file, exitCode }: DiffFlags): Promise<ExitCode> {
  const watchlist = await loadWatchlist(cli, file);
  return withOwnStoreToRead(cli, async ({ store }) => {
    const found = await diffWatchlist(store, watchlist);
    const nameOf = await watchNames(store, watchlist);
    cli.output.result(dataOf(found, nameOf), () => [
      ...watchLines('+', found.added, nameOf),
      ...watchLines('~', found.changed, nameOf),
      ...watchLines('-', found.gone, nameOf),
      summaryOf(found),
    ]);
    return exitCode === true && isDifferent(found) ? EXIT.no : EXIT.done;
  });
}

function dataOf({ added, changed, gone, unchanged }: WatchlistDiff, nameOf: NameOf): unknown {
  const named = (ids: readonly string[]) => ids.map((id) => ({ id, watch: nameOf(id) }));
  return { added: named(added), changed: named(changed), gone: named(gone), unchanged };
}

function summaryOf({ added, changed, gone, unchanged }: WatchlistDiff): string {
  return `${added.length} to add, ${changed.length} to change, ${gone.length} not in the file, ${unchanged} unchanged`;
}

function isDifferent({ added, changed, gone }: WatchlistDiff): boolean {
  return added.length + changed.length + gone.length > 0;
}
