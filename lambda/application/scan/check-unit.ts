import { messageOf } from '../../domain/errors.ts';
import type { TagKey } from '../../domain/reference.ts';
import { between, plus } from '../../domain/time.ts';
import { forEachConcurrent } from '../concurrency.ts';
import type { CheckJob, Lane, StateRead, Totals } from '../ports.ts';
import { askTogether } from './bulk.ts';
import { checkTag } from './check-tag.ts';
import { JobContext, type ScanDeps } from './context.ts';
import type { StoppingBudget } from './deadline.ts';
import { noteLane } from './note-lane.ts';
import { type Asked, ask } from './observe.ts';
import { writeReceipt } from './receipt.ts';
import { sendOn } from './send-on.ts';
import { type Target, targetsOf } from './targets.ts';

/** Checks the tags of a job with one read of their states; one that runs out of time sends its rest. */
export async function checkUnit(
  deps: ScanDeps,
  job: CheckJob,
  budget: StoppingBudget,
  lane?: Lane,
): Promise<Totals> {
  const targets = targetsOf(job.unit, job.offset);
  // The lane is asked for first: until it answers, the registry may not be asked at all.
  const opening = JobContext.open(deps, job, budget, lane);
  const states = readStates(deps, targets);
  const context = await opening;
  const answers = await askAhead(context, targets);
  let started = 0;
  // At least one tag per delivery, so that a job always comes nearer to its end.
  const inTime = function* (): Generator<Target> {
    for (const target of targets) {
      if (started > 0 && deps.clock.now() >= budget.until) return;
      started++;
      yield target;
    }
  };
  await forEachConcurrent(inTime(), budget.concurrency, async (target) => {
    budget.signal?.throwIfAborted();
    await checkTag(context, target, { asked: answers.get(target), read: states(target) });
  });
  const rest = started < targets.length;
  if (rest) await sendRest(deps, job, job.offset + started);
  await noteLane(context);
  const whole = !rest && job.offset === 0 && job.partial === undefined;
  await writeReceipt(deps, job, context.tally, {
    spawned: rest ? 1 : 0,
    whole,
    quota: context.standing?.quota,
  });
  return context.tally.totals;
}

/**
 * The first question about each tag, asked while the states are read: neither waits for the other.
 * What could not be asked here, for lack of time or a fault of ours, is asked with its tag. Half of
 * the job's time is kept for what is made of the answers: one that is thrown away is asked again.
 */
async function askAhead(
  context: JobContext,
  targets: readonly Target[],
): Promise<ReadonlyMap<Target, Asked>> {
  const { deps, budget } = context;
  const half = plus(context.now, Math.max(0, between(context.now, budget.until) / 2));
  const answers = new Map(await askTogether(context, targets));
  const rest = targets.filter((target) => !answers.has(target));
  await forEachConcurrent(rest, budget.concurrency, async (target) => {
    budget.signal?.throwIfAborted();
    if (answers.size > 0 && deps.clock.now() >= half) return;
    try {
      answers.set(target, await ask(context, target));
    } catch (thrown) {
      if (budget.signal?.aborted === true) throw thrown;
    }
  });
  return answers;
}

/** One read for all of them, under way while the lane is read and the registry asked. */
function readStates(
  deps: ScanDeps,
  targets: readonly Target[],
): (target: Target) => Promise<StateRead> {
  const reading = deps.states.readMany(targets.map(({ tagKey }) => tagKey)).then(
    (states): ReadStates => ({ states }),
    (thrown: unknown): ReadStates => ({ states: new Map(), problem: messageOf(thrown) }),
  );
  return async ({ tagKey }) => {
    const { states, problem = 'not in the answer' } = await reading;
    return states.get(tagKey) ?? { kind: 'unread', detail: problem };
  };
}

interface ReadStates {
  readonly states: ReadonlyMap<TagKey, StateRead>;
  readonly problem?: string;
}

async function sendRest(deps: ScanDeps, job: CheckJob, offset: number): Promise<void> {
  await sendOn(deps, job, [{ deduplicationId: `${job.id}+${offset}`, changes: { offset } }]);
}
