import { canonicalJson } from '../../domain/canonical-json.ts';
import { noteOutcome } from '../../domain/trouble.ts';
import { updateLane } from '../lanes.ts';
import type { Lane } from '../ports.ts';
import type { JobContext } from './context.ts';
import { isNews } from './spending.ts';

/**
 * What the job learnt about the registry as a whole, for the jobs after it: its trouble, and how it
 * wants to be treated. Of one that is well, and as it was: nothing.
 */
export async function noteLane(context: JobContext): Promise<void> {
  const { deps, job, outcome, trouble, silent, standing } = context;
  const seen = outcome.at(context.now);
  // Who was not asked has not failed.
  const hasTrouble = !silent && (seen.failures.length > 0 || trouble !== undefined);
  if (!hasTrouble && !isNews(context.before, standing)) return;
  await updateLane(deps.lanes, job.unit.lane, (lane) => {
    if (lane === undefined) return undefined;
    const { trouble: known, standing: _, ...rest } = lane;
    const after = hasTrouble ? noteOutcome(known, seen, lane.intervals) : known;
    const next = {
      ...rest,
      ...(after !== undefined && { trouble: after }),
      ...(standing !== undefined && { standing }),
    } satisfies Lane;
    return canonicalJson(lane) === canonicalJson(next) ? undefined : next;
  });
}
