import { canonicalJson } from '../../domain/canonical-json.ts';
import { noteOutcome } from '../../domain/trouble.ts';
import { updateLane } from '../lanes.ts';
import type { Lane } from '../ports.ts';
import type { JobContext } from './context.ts';

/** What the job learnt about the registry as a whole, for the jobs after it. Of one that is well: nothing. */
export async function noteLane(context: JobContext): Promise<void> {
  const { deps, job, outcome, trouble, silent } = context;
  const seen = outcome.at(context.now);
  // Who was not asked has not failed.
  if (silent || (seen.failures.length === 0 && trouble === undefined)) return;
  await updateLane(deps.lanes, job.unit.lane, (lane) => {
    if (lane === undefined) return undefined;
    const { trouble: before, ...rest } = lane;
    const after = noteOutcome(before, seen, lane.intervals);
    if (canonicalJson(before) === canonicalJson(after)) return undefined;
    return after === undefined ? rest : ({ ...rest, trouble: after } satisfies Lane);
  });
}
