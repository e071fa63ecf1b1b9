import type { Deps } from '../../lambda/application/deps.ts';
import { keepTrustFresh } from '../../lambda/application/run/trust-loop.ts';
import { serve } from '../../lambda/application/run.ts';
import { createTrustRefresher } from '../../lambda/composition.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { applyFile, type FileToApply, fileToApply } from '../apply-file.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EventPrinter } from '../event-printer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { embeddedPlace, withStore } from '../with-store.ts';
import { withWorkshop } from '../workshop.ts';

export async function up(cli: Cli, file: string): Promise<ExitCode> {
  embeddedPlace(cli);
  const list = await fileToApply(cli, file);
  return withStore(cli, async (opened) => {
    if (!opened.owner) {
      throw new CliError(
        EXIT.unavailable,
        'another process has the store open: expected one "up" for each data folder (--data-dir)',
      );
    }
    await applyFile(cli, opened, list);
    const publisher = new EventPrinter(cli.output, await opened.store.id());
    cli.output.note(
      `watching; alerts follow, Ctrl-C stops. In another terminal: npx tagwarden status`,
    );
    await withWorkshop(cli, { ...opened, publisher }, (deps) =>
      alongside(serve(deps, cli.signal), (signal) => refreshRoot(deps, list, signal), cli.signal),
    );
    cli.signal.throwIfAborted();
    return EXIT.done;
  });
}

/** Only for who relies on it: whoever brings a root of his own asks nobody but his registries. */
async function refreshRoot(
  { trust, log, clock }: Deps,
  list: FileToApply | undefined,
  signal: AbortSignal,
): Promise<void> {
  const policies = [...(list?.watchlist.policies.values() ?? [])];
  if (!policies.some(({ trustRoot }) => trustRoot === PUBLIC_GOOD)) return;
  await keepTrustFresh({ ...(await createTrustRefresher(trust, log)), clock }, signal);
}

/** The main work, and something in the background that ends with it. */
async function alongside(
  main: Promise<void>,
  background: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const behind = background(AbortSignal.any([signal, ended.signal]));
  try {
    await Promise.race([main, behind.then(() => main)]);
  } finally {
    ended.abort();
    await behind;
  }
}
