import { laterOf, type Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import type { Receipt } from './ports.ts';
import { isSuccess } from './scan/last-success.ts';

/**
 * When all tags of a unit were last asked for, by unit; of the runs since then. With `wanted`, no
 * further back than to the last of those.
 */
export async function lastChecksByUnit(
  { runs }: Pick<Deps, 'runs'>,
  since: Timestamp,
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Timestamp>> {
  const last = new Map<string, Timestamp>();
  for await (const { tick } of runs.runs(since)) {
    if (wanted !== undefined && [...wanted].every((unit) => last.has(unit))) break;
    const partial: Receipt[] = [];
    for await (const receipt of runs.receipts(tick)) {
      if (isSuccess(receipt)) keepLater(last, receipt);
      else if (!receipt.whole) partial.push(receipt);
    }
    for (const expanded of expandedFilters(partial)) keepLater(last, expanded);
  }
  return last;
}

function keepLater(last: Map<string, Timestamp>, { unit, at }: Pick<Receipt, 'unit' | 'at'>): void {
  last.set(unit, laterOf(last.get(unit) ?? '', at));
}

/** A filter's job sends its tags as jobs of their own, `<job>.<n>`: it is whole when all of them are. */
function expandedFilters(partial: readonly Receipt[]): Pick<Receipt, 'unit' | 'at'>[] {
  const parts = Map.groupBy(partial, ({ job }) => /^(.*)\.\d+$/.exec(job)?.[1]);
  return partial.flatMap(({ job, unit, spawned }) => {
    const found = parts.get(job) ?? [];
    const sent = spawned + found.reduce((sum, part) => sum + part.spawned, 0);
    // Without parts it is no filter's: a job for some tags, or one that ran out of time.
    if (found.length === 0 || found.length < sent || !found.every(askedForAll)) return [];
    return [{ unit, at: found.reduce((latest, { at }) => laterOf(latest, at), '') }];
  });
}

function askedForAll(receipt: Receipt): boolean {
  return isSuccess({ ...receipt, whole: true });
}
