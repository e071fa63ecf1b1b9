import { mostSevere, type Severity } from '../severity.ts';
import type { Grace, VerdictRecord } from '../state.ts';
import { plus } from '../time.ts';
import type { Draft } from './draft.ts';
import type { PresentObservation } from './input.ts';
import { alarmOf, isGood, recordOf, severityOf, standingOf, unverified } from './judge.ts';
import { isImmutable, type Requirement, requirementsOf } from './terms.ts';
import { graceOf } from './views.ts';

/** A verdict belongs to (digest, policy): the new digest inherits nothing, whatever the old one was. */
export function takeVerdicts(draft: Draft, seen: PresentObservation, rollback: boolean): void {
  const { input, next, at } = draft;
  const requirements = requirementsOf(input.terms);
  const records = requirements.map(({ policy }): [string, VerdictRecord] => {
    const found = seen.verifications[policy];
    return [policy, found === undefined ? unverified(at, draft.before) : recordOf(found, at)];
  });
  next.verdicts = Object.fromEntries(records);
  // Whoever rolls a tag back, or moves one that must not move, gets no quarter of an hour for it.
  const none = rollback || isImmutable(input.terms);
  next.grace = none ? [] : requirements.flatMap((required) => graceFor(draft, required));
}

function graceFor(draft: Draft, { policy, grace: length }: Requirement): Grace[] {
  const { digest, verdicts } = draft.next;
  const record = verdicts[policy];
  if (digest === undefined || record === undefined || length <= 0) return [];
  if (standingOf(record) !== 'waiting') return [];
  const kind = draft.before.digest === undefined ? 'tag.first-seen' : 'tag.moved';
  const until = plus(draft.at, length);
  return [{ digest, policy, until, length, kind, seq: draft.seq, severity: 'medium' }];
}

/** What the verdicts of the new digest deserve; the worst of those that are final raises its alarm. */
export function judgeNewDigest(draft: Draft): Severity {
  const { next, before } = draft;
  const kind = before.digest === undefined ? 'tag.first-seen' : 'tag.moved';
  const final = Object.entries(next.verdicts)
    .filter(([policy]) => graceOf(next, policy) === undefined)
    .map(([, record]) => record)
    .filter((record) => !isGood(record));
  const severity = mostSevere(final.map(severityOf));
  const worst = final.find((record) => severityOf(record) === severity);
  if (worst !== undefined) {
    draft.raise(alarmOf(worst.verdict), kind);
    return severity;
  }
  if (next.grace.length > 0) return 'medium';
  return kind === 'tag.moved' ? 'low' : 'info';
}
