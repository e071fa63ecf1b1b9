import { type Digest, isDigest } from '../../domain/digest.ts';
import { listedByApi, needsVerification } from '../../domain/drift.ts';
import type { DigestHistory, Observation } from '../../domain/observation.ts';
import type { PolicyHash } from '../../domain/policy.ts';
import type { TagState } from '../../domain/state.ts';
import { type Duration, MINUTE } from '../../domain/time.ts';
import type { Verification } from '../../domain/verdict.ts';
import type { Denied, FoundDigest, FoundManifest, Missing } from '../ports.ts';
import type { JobContext } from './context.ts';
import { withDeadline } from './deadline.ts';
import { isRegistryFailure } from './failure.ts';
import { needOf } from './spending.ts';
import type { Target } from './targets.ts';

/** For all signatures under all policies of one tag; what is not verified by then is inconclusive. */
const VERIFYING: Duration = 2 * MINUTE;

/** What a HEAD said, or why it said nothing. */
export type Asked =
  | { readonly head: FoundDigest | Missing | Denied }
  | { readonly failed: Extract<Observation, { kind: 'inconclusive' }> };

/** The first question about a tag; needs nothing that is remembered, so that it need not wait for it. */
export async function ask(context: JobContext, target: Target): Promise<Asked> {
  const known = context.outOfReach;
  if (known !== undefined) {
    const { reason, message: detail } = known;
    return { failed: { kind: 'inconclusive', at: context.now, reason, detail } };
  }
  const { deps, signal, repository } = context;
  try {
    return { head: await deps.registry.headManifest(repository, target.reference, signal) };
  } catch (thrown) {
    if (!isRegistryFailure(thrown)) throw thrown;
    // Not even a HEAD is answered any more.
    if (thrown.reason === 'quota') await context.silence(thrown);
    return { failed: await context.failed(thrown) };
  }
}

/**
 * What is seen of one tag. A HEAD that names the known digest proves that nothing moved; everything
 * else is proved by the bytes of a GET. A HEAD's 404 proves nothing: some registries answer it for
 * tags that a GET finds.
 */
export async function observe(
  context: JobContext,
  target: Target,
  state: TagState | undefined,
  asked: Asked,
): Promise<Observation> {
  if ('failed' in asked) return asked.failed;
  const { head } = asked;
  if (head.kind === 'denied') return denied(context, head);
  if (head.kind === 'found' && isKnown(head, state)) return unmoved(context, target, state);
  const saved = context.heldBack(needOf(target, state));
  if (saved !== undefined) return unprovenBySaving(context, head, saved);
  try {
    return await prove(context, target, state);
  } catch (thrown) {
    if (!isRegistryFailure(thrown)) throw thrown;
    const failure = await context.failed(thrown);
    const isRefused = failure.reason === 'throttled' || failure.reason === 'quota';
    return (isRefused && unproven(context, head, state)) || failure;
  }
}

/** The tag is where it was, and where it was is proved. */
function isKnown(
  head: FoundDigest,
  state: TagState | undefined,
): state is TagState & { digest: Digest } {
  return head.digest !== undefined && state?.proven === true && head.digest === state.digest;
}

async function unmoved(
  context: JobContext,
  target: Target,
  state: TagState & { digest: Digest },
): Promise<Observation> {
  context.answered = true;
  const { digest, proven } = state;
  const verifications = await verify(context, target, digest, { state, same: true });
  return { kind: 'present', at: context.now, digest, proven, verifications };
}

async function prove(
  context: JobContext,
  target: Target,
  state: TagState | undefined,
): Promise<Observation> {
  const { deps, signal, repository } = context;
  const found = await deps.registry.getManifest(repository, target.reference, signal);
  switch (found.kind) {
    case 'denied':
      return denied(context, found);
    case 'missing':
      return missing(context, target, found);
    case 'found':
      return present(context, target, state, found);
  }
}

async function present(
  context: JobContext,
  target: Target,
  state: TagState | undefined,
  found: FoundManifest,
): Promise<Observation> {
  context.answered = true;
  const { digest } = found;
  const same = digest === state?.digest;
  // Of what has moved, which most jobs never see.
  const { explain } = await import('./explain.ts');
  const explained = await explain(context, found);
  const verifications = await verify(context, target, digest, { state, same });
  const history = same ? undefined : await historyOf(context, target, digest);
  return {
    kind: 'present',
    at: context.now,
    digest,
    proven: true,
    ...explained,
    verifications,
    ...(history === undefined ? {} : { history }),
  };
}

/** Under every policy that has something to say: all of them for a digest that is new. */
async function verify(
  context: JobContext,
  { repository, terms }: Target,
  digest: Digest,
  { state, same }: { readonly state: TagState | undefined; readonly same: boolean },
): Promise<Readonly<Record<PolicyHash, Verification>>> {
  const { deps, policies, trustRoots } = context;
  const found: Record<PolicyHash, Verification> = {};
  const due = needsVerification(same ? state : undefined, terms, context.now, trustRoots);
  if (due.length === 0) return found;
  const { verifier, log } = deps;
  const remembered = { referrersApi: state !== undefined && listedByApi(state) };
  await withDeadline(context, VERIFYING, async (signal) => {
    for (const hash of due) {
      const policy = policies.get(hash);
      if (policy === undefined) log.error('policy is not in the store', { policy: hash });
      else
        found[hash] = await verifier.verify(repository, digest, policy, hash, signal, remembered);
    }
  });
  return found;
}

/** What the sightings remember of this digest on this tag; the state only knows the last few. */
async function historyOf(
  { deps }: JobContext,
  { tagKey }: Target,
  digest: Digest,
): Promise<DigestHistory | undefined> {
  const sightings = await deps.sightings.of(digest, tagKey);
  const own = sightings.filter(({ tagDigest }) => tagDigest === digest);
  const [newest] = own;
  if (newest === undefined) return undefined;
  return { lastSeq: newest.seq, everRejected: own.some(({ rejected }) => rejected) };
}

/** Only an OCI error says that there is no such manifest; any other 404 may come from a proxy. */
async function missing(
  context: JobContext,
  target: Target,
  { oci, code, detail }: Missing,
): Promise<Observation> {
  const at = context.now;
  if (!oci) return { kind: 'inconclusive', at, reason: 'not-oci', detail };
  return { kind: 'absent', at, code, detail, canary: await context.canary(target.tag) };
}

function denied(context: JobContext, { code, detail }: Denied): Observation {
  return { kind: 'denied', at: context.now, code, detail };
}

/** What a HEAD says stands as a baseline, and is no proof of a move: that waits for its bytes. */
function unprovenBySaving(
  context: JobContext,
  head: FoundDigest | Missing,
  detail: string,
): Observation {
  const at = context.now;
  return head.kind === 'found' && isDigest(head.digest)
    ? { kind: 'present', at, digest: head.digest, proven: false, verifications: {} }
    : { kind: 'inconclusive', at, reason: 'quota', detail };
}

/** A registry that counts pulls may refuse the GET for hours: a first check then stands on the HEAD. */
function unproven(
  context: JobContext,
  head: FoundDigest | Missing,
  state: TagState | undefined,
): Observation | undefined {
  if (head.kind !== 'found' || state?.digest !== undefined || !isDigest(head.digest)) {
    return undefined;
  }
  const { digest } = head;
  return { kind: 'present', at: context.now, digest, proven: false, verifications: {} };
}
