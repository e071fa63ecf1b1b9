import type { TagFilter, Unit, WatchTerms } from '../../domain/watch.ts';
import { commitNote } from '../note.ts';
import type { ScanDeps } from './context.ts';

/** Of the tags that were left out. */
const NAMED = 20;

/** Tells once that a filter covers more tags than its `max`, and again when the number has changed. */
export async function tellTruncation(
  deps: ScanDeps,
  { registry, repository }: Unit,
  filter: TagFilter & { readonly terms: WatchTerms },
  truncated: readonly string[],
): Promise<void> {
  const subject = `watch:${filter.terms.watchId}`;
  if (truncated.length === 0) return;
  const [newest] = await deps.events.history(subject, { limit: 1 });
  if (newest?.data?.truncated === truncated.length) return;
  const summary = `${truncated.length} tags of ${registry}/${repository} are beyond the filter's max of ${filter.max} and not watched`;
  await commitNote(
    deps,
    {
      subject,
      kind: 'watch.truncated',
      severity: 'info',
      state: 'note',
      alert: true,
      registry,
      repository,
      changes: [{ kind: 'watch.truncated', severity: 'info', summary }],
      data: { max: filter.max, truncated: truncated.length, tags: truncated.slice(0, NAMED) },
    },
    newest,
    deps.clock.now(),
  );
}
