import { type Followed, followSelected } from '../../lambda/application/follow-selected.ts';
import type { Selection } from '../../lambda/application/select.ts';
import { findStack, openDispatcher } from '../../lambda/composition/deployed.ts';
import type { Cli } from '../cli.ts';
import { UsageError } from '../cli-error.ts';
import type { ScanFlags } from '../commands/scan.ts';
import { EventPrinter } from '../event-printer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Place } from '../place.ts';
import { printable } from '../printable.ts';
import { totalsLine, warnOfNothing } from '../totals.ts';
import { withStoreToRead } from '../with-store.ts';

type Stack = Extract<Place, { kind: 'stack' }>;

/** Has the deployed functions check the selected tags now; nothing is asked of a registry from here. */
export async function scanDeployed(
  cli: Cli,
  { name, access }: Stack,
  selection: Selection,
  flags: ScanFlags,
): Promise<ExitCode> {
  refuseLocal(flags);
  const outputs = await findStack(access, name);
  const dispatcher = await openDispatcher(access, outputs.get('dispatcher'));
  try {
    return await withStoreToRead(cli, async ({ store, clock }) => {
      const printer = new EventPrinter(cli.output, await store.id());
      const deps = { ...store, clock, ask: dispatcher.ask };
      cli.output.progress(`asking ${name} …`);
      for await (const followed of followSelected(deps, selection, cli.signal)) {
        tell(cli, printer, selection, followed);
        if (followed.kind === 'end' && followed.report.run.incomplete) return EXIT.tryAgain;
      }
      return flags.exitCode === true && printer.alerts > 0 ? EXIT.no : EXIT.done;
    });
  } finally {
    dispatcher.close();
  }
}

function refuseLocal({ file, every }: ScanFlags): void {
  if (every !== undefined) {
    throw new UsageError(
      'found --every with a stack: it scans by itself, at the intervals of its watch list',
    );
  }
  if (file !== undefined) {
    throw new UsageError('found --file with a stack: it has its watch list from its deployment');
  }
}

function tell(cli: Cli, printer: EventPrinter, selection: Selection, followed: Followed): void {
  switch (followed.kind) {
    case 'event':
      printer.committed(followed.event);
      return;
    case 'progress': {
      const { done, jobs, waiting } = followed;
      const rest = waiting.length === 0 ? '' : `, waiting for ${waiting.map(printable).join(', ')}`;
      cli.output.progress(`${done} of ${jobs} jobs done${rest}`);
      return;
    }
    case 'end': {
      const { run, throttled, failed } = followed.report;
      printer.round(followed.report, totalsLine);
      if (failed.length > 0) {
        cli.output.warn(
          `not sent: ${failed.map(printable).join(', ')}; see the log of the dispatch function`,
        );
      }
      if (run.incomplete) {
        cli.output.warn(
          'not everything was checked in time: see tagwarden runs and tagwarden health',
        );
      } else if (run.jobs + throttled.length + failed.length === 0) {
        warnOfNothing(cli, selection);
      }
    }
  }
}
