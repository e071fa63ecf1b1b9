import { createRandomIds } from '../../lambda/adapters/runtime/ids.ts';
import { applyWatchlist } from '../../lambda/application/apply.ts';
import { applyLines } from '../apply-text.ts';
import type { Cli } from '../cli.ts';
import type { ApplyFlags } from '../commands/apply.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { watchNames } from '../watch-names.ts';
import { loadWatchlist } from '../watchlist-file.ts';
import { withOwnStoreToRead, withStoreToApply } from '../with-store.ts';

export async function apply(cli: Cli, flags: ApplyFlags): Promise<ExitCode> {
  const { file, dryRun = false, prune = false } = flags;
  const watchlist = await loadWatchlist(cli, file);
  const open = dryRun ? withOwnStoreToRead : withStoreToApply;
  return open(cli, async ({ store, clock }) => {
    const deps = { ...store, clock, ids: createRandomIds() };
    const nameOf = await watchNames(store, watchlist);
    const report = await applyWatchlist(deps, watchlist, { dryRun, prune });
    const { added, changed, removed, refused, unchanged } = report;
    const named = (ids: readonly string[]) => ids.map((id) => ({ id, watch: nameOf(id) }));
    const data = {
      added: named(added),
      changed: named(changed),
      removed: named(removed),
      kept: named(refused),
    };
    cli.output.result({ ...data, unchanged, dryRun }, () => applyLines(report, dryRun, nameOf));
    return EXIT.done;
  });
}
