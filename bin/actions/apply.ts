import { createRandomIds } from '../../lambda/adapters/runtime/ids.ts';
import { applyWatchlist } from '../../lambda/application/apply.ts';
import { applyLines } from '../apply-text.ts';
import type { Cli } from '../cli.ts';
import type { ApplyFlags } from '../commands/apply.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadWatchlist } from '../watchlist-file.ts';
import { withStore } from '../with-store.ts';

export async function apply(cli: Cli, flags: ApplyFlags): Promise<ExitCode> {
  const { file, dryRun = false, prune = false } = flags;
  const watchlist = await loadWatchlist(cli, file);
  return withStore(cli, async ({ store, clock }) => {
    const deps = { ...store, clock, ids: createRandomIds() };
    const report = await applyWatchlist(deps, watchlist, { dryRun, prune });
    const { applyId: _id, ...data } = report;
    cli.output.result({ ...data, dryRun }, () => applyLines(report, dryRun));
    return EXIT.done;
  });
}
