import type { Timestamp } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import { type RunSummary, summarize } from '../runs.ts';
import { type Page, type PageOptions, pageOf } from './page.ts';

/** The tick of the last run. */
export type RunsCursor = Timestamp;

/** Newest first; the receipts of a run are read only when it is shown. */
export async function runsPage(
  { runs }: Pick<Deps, 'runs'>,
  since: Timestamp,
  options: PageOptions<RunsCursor>,
): Promise<Page<RunSummary, RunsCursor>> {
  const { after } = options;
  const found = async function* () {
    for await (const run of runs.runs(since)) {
      if (after !== undefined && run.tick >= after) continue;
      const item = await summarize(run, runs.receipts(run.tick));
      yield { item, cursor: run.tick };
    }
  };
  return pageOf(found(), options);
}
