import { runOnce } from '../../lambda/application/run.ts';
import type { Selection } from '../../lambda/application/select.ts';
import type { Duration } from '../../lambda/domain/time.ts';
import { applyFile, fileToApply } from '../apply-file.ts';
import type { Cli } from '../cli.ts';
import type { ScanFlags } from '../commands/scan.ts';
import { EventPrinter } from '../event-printer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readSelection } from '../select-flags.ts';
import { parseDuration } from '../times.ts';
import { totalsLine, warnOfNothing } from '../totals.ts';
import { embeddedPlace, type OpenStore, withStore } from '../with-store.ts';
import { withWorkshop } from '../workshop.ts';

export async function scan(
  cli: Cli,
  patterns: readonly string[],
  flags: ScanFlags,
): Promise<ExitCode> {
  const selection = readSelection(patterns, flags);
  const { place } = cli;
  if (place.kind === 'stack') {
    const { scanDeployed } = await import('./scan-deployed.ts');
    return scanDeployed(cli, place, selection, flags);
  }
  embeddedPlace(cli);
  const every = flags.every === undefined ? undefined : parseDuration('--every', flags.every);
  const list = await fileToApply(cli, flags.file);
  return withStore(cli, async (opened) => {
    await applyFile(cli, opened, list);
    const alerts = await scanRounds(cli, opened, { selection, every });
    cli.signal.throwIfAborted();
    return flags.exitCode === true && alerts > 0 ? EXIT.no : EXIT.done;
  });
}

interface Rounds {
  readonly selection: Selection;
  /** Absent: one round. */
  readonly every: Duration | undefined;
}

/** @returns how many alerts were published */
async function scanRounds(
  cli: Cli,
  { store, clock }: OpenStore,
  { selection, every }: Rounds,
): Promise<number> {
  const printer = new EventPrinter(cli.output, await store.id());
  const parts = { store, clock, publisher: printer, onCommit: printer.committed };
  return withWorkshop(cli, parts, async (deps) => {
    do {
      cli.output.progress('checking …');
      const report = await runOnce(deps, { selection, signal: cli.signal });
      printer.round(report, totalsLine);
      if (report.run.jobs + report.throttled.length === 0) warnOfNothing(cli, selection);
      if (every !== undefined) await clock.sleep(every, cli.signal);
    } while (every !== undefined);
    return printer.alerts;
  });
}
