import { type RunSummary, runsSince } from '../../lambda/application/runs.ts';
import { runView } from '../../lambda/application/views.ts';
import type { Cli } from '../cli.ts';
import type { RunsFlags } from '../commands/runs.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { RowShape } from '../output.ts';
import { parseSince, shortTime } from '../times.ts';
import { sumOf } from '../totals.ts';
import { withStoreToRead } from '../with-store.ts';

export async function runs(cli: Cli, flags: RunsFlags): Promise<ExitCode> {
  return withStoreToRead(cli, async ({ store, clock }) => {
    const since = parseSince('--since', flags.since, clock.now());
    await cli.output.rows(runsSince(store, since), { ...SHAPE, none: `no runs since ${since}` });
    return EXIT.done;
  });
}

/** `docker.io 76 of 100` */
function quotasText(quotas: RunSummary['quotas']): string {
  return Object.entries(quotas)
    .map(([registry, { remaining, limit }]) => `${registry} ${remaining} of ${limit}`)
    .join(', ');
}

const SHAPE: Omit<RowShape<RunSummary>, 'none'> = {
  columns: [
    'run',
    'jobs',
    'checked',
    'unchanged',
    'first seen',
    'moved',
    'events',
    'inconclusive',
    'pulls left',
    '',
  ],
  cells: ({ tick, jobs, totals, incomplete, quotas }) => [
    shortTime(tick),
    String(jobs),
    String(totals.checked),
    String(totals.unchanged),
    String(totals.firstSeen),
    String(totals.moved),
    String(totals.events),
    String(sumOf(totals.inconclusive)),
    quotasText(quotas),
    incomplete ? 'incomplete' : '',
  ],
  data: runView,
};
