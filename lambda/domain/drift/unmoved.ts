import { printOf, sightingsOf } from '../manifest.ts';
import type { Grace, VerdictRecord } from '../state.ts';
import { awaitVerdict } from './awaiting.ts';
import type { Draft } from './draft.ts';
import type { PresentObservation } from './input.ts';
import { confirmLoss } from './losing.ts';
import { type Outcome, tell } from './outcome.ts';
import { orphansOf, takeNewPolicy } from './policy-change.ts';
import { takeReverified } from './reverified.ts';
import { settle } from './settle.ts';
import { compareSigners, rememberVerified } from './signers.ts';
import { type Requirement, requirementsOf } from './terms.ts';
import { graceOf } from './views.ts';

/** The tag points where it did: what the policies say of that digest may have changed. */
export function takeSameDigest(draft: Draft, seen: PresentObservation): void {
  takeProof(draft, seen);
  const { input, before, next } = draft;
  const outcomes = requirementsOf(input.terms).map(
    (required) => [required.policy, outcomeOf(draft, required, seen)] as const,
  );
  const records = outcomes.flatMap(([policy, { record }]): [string, VerdictRecord][] =>
    record === undefined ? [] : [[policy, record]],
  );
  const graces = outcomes.flatMap(([, outcome]): Grace[] =>
    outcome.kind === 'silent' && outcome.grace !== undefined ? [outcome.grace] : [],
  );
  const orphans = orphansOf(before, input.terms);
  const asked = records.length === outcomes.length;
  // Until the new policies have spoken, what the old ones said is all that is known.
  next.verdicts = asked
    ? Object.fromEntries(records)
    : { ...before.verdicts, ...Object.fromEntries(records) };
  next.grace = asked ? graces : [...graces, ...orphans];
  for (const [, outcome] of outcomes) if (outcome.kind === 'told') tell(draft, outcome);
  settle(
    draft,
    outcomes.map(([, outcome]) => outcome),
    asked ? orphans : [],
  );
  compareSigners(draft, seen);
  rememberVerified(draft, seen);
}

function outcomeOf(draft: Draft, required: Requirement, seen: PresentObservation): Outcome {
  const { before, at } = draft;
  const known = before.verdicts[required.policy];
  const grace = graceOf(before, required.policy);
  const found = seen.verifications[required.policy];
  if (known === undefined) return takeNewPolicy(draft, seen.digest, required, found);
  if (grace?.losing !== undefined) {
    return confirmLoss(draft, known, { ...grace, losing: grace.losing }, found);
  }
  if (grace !== undefined) return awaitVerdict(known, grace, found, at);
  return found === undefined
    ? { kind: 'silent', record: known }
    : takeReverified(draft, seen.digest, known, found);
}

/** A baseline that stood on a header is proved by bytes: recorded, because now it can be found by platform. */
function takeProof(draft: Draft, seen: PresentObservation): void {
  const { before, next } = draft;
  if (!seen.proven || (before.proven && before.manifest !== undefined)) return;
  if (seen.manifest !== undefined) next.manifest = printOf(seen.manifest);
  if (before.proven) return;
  next.proven = true;
  draft.sightings = sightingsOf(seen.digest, seen.manifest);
  const summary = 'has its baseline proved by bytes';
  draft.change({ kind: 'tag.first-seen', severity: 'info', summary });
}
