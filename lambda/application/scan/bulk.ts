import { MINUTE, millisecondsOf } from '../../domain/time.ts';
import type { JobContext } from './context.ts';
import { type Asked, ask } from './observe.ts';
import type { Target } from './targets.ts';

/** Fewer tags are asked for one by one. */
const MANY = 10;

/**
 * What a registry's own way says of many tags at once. It may say that a tag is where it was, and
 * no more than a HEAD may it say that one has moved. One tag is asked for besides, another one every
 * time: a way that lags behind its registry would hide what moves.
 */
export async function askTogether(
  context: JobContext,
  targets: readonly Target[],
): Promise<ReadonlyMap<Target, Asked>> {
  const { deps, repository, signal } = context;
  const byTag = new Map(targets.flatMap((target) => (target.tag ? [[target.tag, target]] : [])));
  if (byTag.size < MANY || context.outOfReach !== undefined) return NOTHING;
  const digests = await deps.registry.digestsOf?.(repository, new Set(byTag.keys()), signal);
  if (digests === undefined || digests.size === 0) return NOTHING;
  const answers = new Map<Target, Asked>();
  for (const [tag, digest] of digests) {
    const target = byTag.get(tag);
    if (target !== undefined) answers.set(target, { head: { kind: 'found', digest } });
  }
  return checked(context, answers);
}

const NOTHING: ReadonlyMap<Target, Asked> = new Map();

async function checked(
  context: JobContext,
  answers: Map<Target, Asked>,
): Promise<ReadonlyMap<Target, Asked>> {
  const sample = [...answers.keys()][minuteOf(context) % answers.size];
  if (sample === undefined) return NOTHING;
  const said = answers.get(sample);
  const asked = await ask(context, sample);
  if (digestIn(asked) === digestIn(said)) return answers.set(sample, asked);
  context.deps.log.warn('tag api and registry differ', { tag: sample.tagKey });
  return new Map([[sample, asked]]);
}

function minuteOf({ job }: JobContext): number {
  return Math.floor(millisecondsOf(job.tick) / MINUTE);
}

function digestIn(asked: Asked | undefined): string | undefined {
  return asked !== undefined && 'head' in asked && asked.head.kind === 'found'
    ? asked.head.digest
    : undefined;
}
