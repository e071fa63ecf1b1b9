import { awaitVerdict } from './awaiting.ts';
import type { Draft } from './draft.ts';
import { NOT_VERIFIED_YET } from './judge.ts';
import { type Outcome, tell } from './outcome.ts';
import { orphansOf } from './policy-change.ts';
import { settle } from './settle.ts';
import { requirementsOf } from './terms.ts';

/**
 * The final verdict was promised for the end of the grace, whatever the registry answers by then:
 * an attacker who moves a tag and then keeps everybody from reading it must not silence that alert.
 * What this observation could not end is told with what was known last.
 */
export function endGraces(draft: Draft): void {
  const { next, input, at } = draft;
  const over = next.grace.filter(({ until, losing }) => losing === undefined && until <= at);
  if (over.length === 0) return;
  next.grace = next.grace.filter((grace) => !over.includes(grace));
  const allSpoke = requirementsOf(input.terms).every(({ policy }) => policy in next.verdicts);
  // Nobody asks for a policy any more once those that replaced it have spoken.
  const orphans = allSpoke ? orphansOf({ ...next, grace: over }, input.terms) : [];
  const outcomes = over
    .filter((grace) => !orphans.includes(grace))
    .map((grace): Outcome => {
      const record = next.verdicts[grace.policy] ?? { ...NOT_VERIFIED_YET, at };
      return awaitVerdict(record, grace, undefined, at);
    });
  for (const outcome of outcomes) if (outcome.kind === 'told') tell(draft, asLastSeen(outcome));
  settle(draft, outcomes, orphans);
}

function asLastSeen(outcome: Extract<Outcome, { kind: 'told' }>): typeof outcome {
  const { change } = outcome;
  return { ...outcome, change: { ...change, summary: `${change.summary}, as last seen` } };
}
