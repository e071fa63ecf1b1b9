import type { PolicyHash } from '../policy.ts';
import type { Grace, TagState, VerdictRecord } from '../state.ts';
import { between, type Duration, HOUR, laterOf, MINUTE, plus, type Timestamp } from '../time.ts';
import type { WatchTerms } from '../watch.ts';
import type { Draft } from './draft.ts';
import { isGood } from './judge.ts';
import { requirementsOf } from './terms.ts';
import { graceOf } from './views.ts';

/** A grace is looked at about eight times, never more often than once a minute. */
const GRACE_LOOKS = 8;
const SHORTEST: Duration = MINUTE;
const CONFIRMATION_STEP: Duration = 15 * MINUTE;
const DENIED_STEP: Duration = 5 * MINUTE;
const UNPROVEN_STEP: Duration = 10 * MINUTE;
/** A bad verdict that was told may still be mended by a late signature. */
const BAD_AGAIN: Duration = HOUR;
const INCONCLUSIVE_AGAIN: Duration = 15 * MINUTE;

/** When what is pending must be looked at again; kept as it is while it lies ahead, so that it costs no write. */
export function schedule({ before, next, at }: Draft): void {
  const earliest = pendingOf(next, at).sort()[0];
  const known = before.nextCheckAt;
  if (earliest === undefined) delete next.nextCheckAt;
  else if (known === undefined || known <= at || known > earliest) next.nextCheckAt = earliest;
}

function pendingOf(state: TagState, at: Timestamp): Timestamp[] {
  const soon = plus(at, SHORTEST);
  const pending: Timestamp[] = [];
  if (state.suspicion !== undefined) {
    const step = state.suspicion.kind === 'missing' ? CONFIRMATION_STEP : DENIED_STEP;
    pending.push(laterOf(soon, plus(state.suspicion.lastAt, step)));
  }
  const isThere = state.presence === 'present';
  if (isThere && !state.proven) pending.push(plus(at, UNPROVEN_STEP));
  // A grace ends in time also while the tag cannot be read; a loss is confirmed by reading alone.
  const graces = state.grace.filter(({ losing }) => isThere || losing === undefined);
  return [...pending, ...graces.map((grace) => lookAgain(grace, at, soon))];
}

function lookAgain({ until, length, losing }: Grace, at: Timestamp, soon: Timestamp): Timestamp {
  if (losing !== undefined) return laterOf(soon, plus(losing.lastAt, CONFIRMATION_STEP));
  const next = laterOf(soon, plus(at, length / GRACE_LOOKS));
  return until < next ? until : next;
}

/**
 * Which policies must be verified (again) although the digest is the remembered one. A healthy tag
 * needs none, so that it costs one HEAD. `trustRoots`: the hash of the root that each policy would
 * be verified with now, where it is known.
 */
export function needsVerification(
  state: TagState | undefined,
  terms: readonly WatchTerms[],
  now: Timestamp,
  trustRoots?: ReadonlyMap<PolicyHash, string>,
): PolicyHash[] {
  const required = requirementsOf(terms).map(({ policy }) => policy);
  if (state === undefined) return required;
  return required.filter((policy) => {
    const record = state.verdicts[policy];
    if (record === undefined || graceOf(state, policy) !== undefined) return true;
    const root = trustRoots?.get(policy);
    return (root !== undefined && root !== record.trustRootHash) || isDue(record, now);
  });
}

function isDue(record: VerdictRecord, now: Timestamp): boolean {
  if (isGood(record)) return false;
  const again = record.verdict === 'inconclusive' ? INCONCLUSIVE_AGAIN : BAD_AGAIN;
  return between(record.at, now) >= again;
}
