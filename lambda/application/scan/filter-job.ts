import { messageOf } from '../../domain/errors.ts';
import { repositoryKeyOf } from '../../domain/reference.ts';
import { filterTags } from '../../domain/tag-filter.ts';
import { splitTags } from '../../domain/unit-parts.ts';
import type { Unit, UnitTag } from '../../domain/watch.ts';
import type { CheckJob, Lane, Totals } from '../ports.ts';
import { withTags } from '../with-tags.ts';
import { JobContext, type ScanDeps } from './context.ts';
import type { StoppingBudget } from './deadline.ts';
import { isRegistryFailure } from './failure.ts';
import { writeReceipt } from './receipt.ts';
import { sendOn } from './send-on.ts';
import { tellTruncation } from './truncation.ts';

/**
 * Lists the tags of a repository and sends a job for those that the filter covers. Tags that it
 * already watches are checked whatever the listing says: one that vanished must be noticed, and a
 * listing that failed or was cut short says nothing about any of them.
 */
export async function expandFilter(
  deps: ScanDeps,
  job: CheckJob,
  budget: StoppingBudget,
  lane?: Lane,
): Promise<Totals> {
  const { unit } = job;
  const { filter } = unit;
  const context = await JobContext.open(deps, job, budget, lane);
  if (filter === undefined) return context.tally.totals;
  const watched = await watchedTags(deps, unit, filter.terms.watchId);
  const listed = await listTags(context);
  const covered = new Set(unit.covered);
  const tags = filterTags(filter, [...watched, ...listed], { watched, covered });
  const entries = tags.kept.map((tag) => ({ tag, terms: [filter.terms] }));
  const parts = splitTags(entries).map((part, n) => partOf(job, part, n));
  await sendOn(deps, job, parts);
  await tellTruncation(deps, unit, filter, tags.truncated);
  await writeReceipt(deps, job, context.tally, { spawned: parts.length, whole: false });
  return context.tally.totals;
}

/** Tags that this watch looked at before; those that people removed from it are no longer its own. */
async function watchedTags(
  deps: ScanDeps,
  unit: Unit,
  watchId: string,
): Promise<ReadonlySet<string>> {
  const tags = new Set<string>();
  for await (const state of deps.states.ofRepository(repositoryKeyOf(unit))) {
    if (state.tag !== undefined && state.watches.includes(watchId)) tags.add(state.tag);
  }
  return tags;
}

async function listTags(context: JobContext): Promise<readonly string[]> {
  const { deps, repository, budget, tally } = context;
  const name = repositoryKeyOf(repository);
  if (context.outOfReach !== undefined) {
    tally.inconclusive(name, context.outOfReach.reason);
    return [];
  }
  try {
    const listing = await deps.registry.listTags(repository, context.signal);
    if (listing.kind === 'found') {
      if (!listing.complete) tally.inconclusive(name, 'listing-incomplete');
      return listing.tags;
    }
    tally.inconclusive(name, listing.kind);
  } catch (thrown) {
    if (!isRegistryFailure(thrown) || budget.signal?.aborted === true) throw thrown;
    await context.failed(thrown);
    deps.log.warn('tags not listed', { ...repository, why: messageOf(thrown) });
    tally.inconclusive(name, thrown.reason);
  }
  return [];
}

function partOf(
  { id: whole, unit }: CheckJob,
  tags: readonly UnitTag[],
  n: number,
): Parameters<typeof sendOn>[2][number] {
  const id = `${whole}.${n}`;
  return { deduplicationId: id, changes: { id, unit: withTags(unit, tags), partial: true } };
}
