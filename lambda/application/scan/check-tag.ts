import { decide } from '../../domain/drift.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Decision } from '../../domain/event.ts';
import type { Observation } from '../../domain/observation.ts';
import type { TagState } from '../../domain/state.ts';
import type { Timestamp } from '../../domain/time.ts';
import { commitDecision } from '../commit.ts';
import type { StateRead } from '../ports.ts';
import type { JobContext } from './context.ts';
import { type Asked, ask, observe } from './observe.ts';
import type { Target } from './targets.ts';

/** Somebody else decided about this tag twice while we did: the next tick sees what they wrote. */
const ATTEMPTS = 3;

/** What is there of a tag when its turn comes. */
export interface KnownOfTag {
  /** The first answer of the registry, where it was asked already. */
  readonly asked: Asked | undefined;
  readonly read: Promise<StateRead>;
}

/** Checks one tag to its end. Whatever is wrong with it is counted and never spreads to the others. */
export async function checkTag(
  context: JobContext,
  target: Target,
  known: KnownOfTag,
): Promise<void> {
  const { tally, deps, budget } = context;
  try {
    await look(context, target, known);
  } catch (thrown) {
    if (budget.signal?.aborted === true) throw thrown;
    deps.log.error('tag not checked', { tag: target.tagKey, why: messageOf(thrown) });
    tally.inconclusive(target.tagKey, 'failed');
  }
}

async function look(context: JobContext, target: Target, known: KnownOfTag): Promise<void> {
  const { tally, deps } = context;
  let { asked, read: reading } = known;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    asked ??= await ask(context, target);
    const read = await reading;
    // What is remembered is not known: "first seen" would forget it, and "moved" would be a guess.
    if (read.kind === 'unread') return tally.inconclusive(target.tagKey, 'state-unread');
    const state = read.kind === 'found' ? read.state : undefined;
    const observation = await observe(context, target, state, asked);
    context.budget.signal?.throwIfAborted();
    const decision = decide(await inputOf(context, target, state, observation));
    const after = await carryOut(context, decision, state);
    if (after !== 'collision') {
      context.outcome.saw(target, observation);
      return tally.checked(target.tagKey, state, observation, decision, after ?? state);
    }
    // Read before the next HEAD: what that sees is then newer than what is remembered.
    reading = Promise.resolve(await deps.states.read(target.tagKey));
    asked = undefined;
  }
  tally.inconclusive(target.tagKey, 'collision');
}

async function inputOf(
  context: JobContext,
  { tagKey, repository, tag, terms }: Target,
  state: TagState | undefined,
  observation: Observation,
): Promise<Parameters<typeof decide>[0]> {
  const lastChecked = await boundOf(context, state, observation);
  const trouble = context.trouble?.wide?.kind;
  return {
    tagKey,
    ...repository,
    ...(tag === undefined ? {} : { tag }),
    state,
    terms,
    policies: context.policies,
    observation,
    ...(lastChecked === undefined ? {} : { lastChecked }),
    ...(trouble === undefined ? {} : { registryTrouble: trouble }),
  };
}

/** Only what is not as it was needs to know when it still was; a failing tag has written it down. */
async function boundOf(
  context: JobContext,
  state: TagState | undefined,
  observation: Observation,
): Promise<Timestamp | undefined> {
  const same = observation.kind === 'present' && observation.digest === state?.digest;
  if (state === undefined || state.failing !== undefined || same) return undefined;
  return context.lastChecked;
}

/** The state from now on; undefined when it stays as it is. */
async function carryOut(
  context: JobContext,
  decision: Decision,
  state: TagState | undefined,
): Promise<TagState | undefined | 'collision'> {
  const { states, ids } = context.deps;
  switch (decision.kind) {
    case 'nothing':
      return undefined;
    case 'remember': {
      const { seq, rev } = state ?? { seq: 0, rev: 0 };
      const result = await states.remember(decision.state, state ? { seq, rev } : 'absent');
      return result === 'conflict' ? 'collision' : decision.state;
    }
    case 'commit':
      return commitDecision(context.deps, { ...decision.event, commitId: ids.newId() });
  }
}
