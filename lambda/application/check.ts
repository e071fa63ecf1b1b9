import type { Digest } from '../domain/digest.ts';
import { messageOf } from '../domain/errors.ts';
import type { PolicyHash } from '../domain/policy.ts';
import { NO_POLICY } from '../domain/policy.ts';
import type { TagKey } from '../domain/reference.ts';
import { filterTags } from '../domain/tag-filter.ts';
import { unitsOf } from '../domain/units.ts';
import type { Verification } from '../domain/verdict.ts';
import type { CompiledWatchlist, Unit, WatchTerms } from '../domain/watch.ts';
import { mapConcurrent } from './concurrency.ts';
import type { Deps } from './deps.ts';
import { type Target, targetsOf } from './scan/targets.ts';
import { withTags } from './with-tags.ts';

export interface CheckRow {
  /** Of a filter whose repository could not be listed: the repository. */
  readonly tagKey: TagKey;
  readonly terms: readonly WatchTerms[];
  readonly outcome: 'resolved' | 'not found' | 'denied' | 'inconclusive';
  readonly digest?: Digest;
  /** One per policy that requires signatures. */
  readonly verifications: readonly Verification[];
  /** Why it was not resolved. */
  readonly detail?: string;
}

export interface CheckOptions {
  /** Tags looked at at the same time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

type CheckDeps = Pick<Deps, 'registry' | 'verifier'>;

/** Resolves and verifies every watch now and stores nothing; rows come as they are known. */
export async function* checkWatchlist(
  deps: CheckDeps,
  compiled: CompiledWatchlist,
  options: CheckOptions,
): AsyncGenerator<CheckRow> {
  const targets = targetsNow(deps, unitsOf(compiled.watches), options);
  yield* mapConcurrent(targets, options.concurrency, async (target) =>
    'outcome' in target ? target : checkTarget(deps, compiled, target, options.signal),
  );
}

/** The tags of all units, those of filters as they are listed now; a row where that is impossible. */
async function* targetsNow(
  deps: CheckDeps,
  units: readonly Unit[],
  { signal }: CheckOptions,
): AsyncGenerator<Target | CheckRow> {
  for (const unit of units) {
    const { filter } = unit;
    if (filter === undefined) {
      yield* targetsOf(unit, 0);
      continue;
    }
    const { terms } = filter;
    const tags = await listedBy(deps, unit, filter, signal);
    if ('outcome' in tags) yield tags;
    else
      yield* targetsOf(
        withTags(
          unit,
          tags.kept.map((tag) => ({ tag, terms: [terms] })),
        ),
        0,
      );
  }
}

async function listedBy(
  deps: CheckDeps,
  unit: Unit,
  filter: NonNullable<Unit['filter']>,
  signal?: AbortSignal,
): Promise<ReturnType<typeof filterTags> | CheckRow> {
  const row = { tagKey: `${unit.registry}/${unit.repository}`, terms: [filter.terms] };
  try {
    const listing = await deps.registry.listTags(unit, signal);
    if (listing.kind !== 'found') return { ...row, ...refusalOf(listing), verifications: [] };
    return filterTags(filter, listing.tags, { covered: new Set(unit.covered) });
  } catch (thrown) {
    signal?.throwIfAborted();
    return { ...row, outcome: 'inconclusive', verifications: [], detail: messageOf(thrown) };
  }
}

async function checkTarget(
  deps: CheckDeps,
  compiled: CompiledWatchlist,
  { tagKey, repository, reference, terms }: Target,
  signal?: AbortSignal,
): Promise<CheckRow> {
  const row = { tagKey, terms };
  try {
    const found = await deps.registry.getManifest(repository, reference, signal);
    if (found.kind !== 'found') return { ...row, ...refusalOf(found), verifications: [] };
    const { digest } = found;
    const verifications: Verification[] = [];
    for (const hash of policiesIn(terms)) {
      const policy = compiled.policies.get(hash);
      if (policy === undefined) throw new Error(`the watch list has no policy ${hash}`);
      verifications.push(await deps.verifier.verify(repository, digest, policy, hash, signal));
    }
    return { ...row, outcome: 'resolved', digest, verifications };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { ...row, outcome: 'inconclusive', verifications: [], detail: messageOf(thrown) };
  }
}

function policiesIn(terms: readonly WatchTerms[]): PolicyHash[] {
  return [...new Set(terms.map(({ policy }) => policy))].filter((hash) => hash !== NO_POLICY);
}

/** A 404 that no registry wrote proves nothing. */
function refusalOf(
  answer: { kind: 'missing'; oci: boolean; detail: string } | { kind: 'denied'; detail: string },
): Pick<CheckRow, 'outcome' | 'detail'> {
  const { detail } = answer;
  if (answer.kind === 'denied') return { outcome: 'denied', detail };
  return { outcome: answer.oci ? 'not found' : 'inconclusive', detail };
}
