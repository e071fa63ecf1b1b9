import { serve } from '../../lambda/application/run.ts';
import { applyFile, fileToApply } from '../apply-file.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EventPrinter } from '../event-printer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withStore } from '../with-store.ts';
import { withWorkshop } from '../workshop.ts';

export async function up(cli: Cli, file: string): Promise<ExitCode> {
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
    await withWorkshop(cli, { ...opened, publisher }, (deps) => serve(deps, cli.signal));
    cli.signal.throwIfAborted();
    return EXIT.done;
  });
}
