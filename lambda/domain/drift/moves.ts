import type { Change } from '../event.ts';
import { explainMove, printOf, sightingsOf } from '../manifest.ts';
import { mostSevere, type Severity } from '../severity.ts';
import type { TagState } from '../state.ts';
import { between, DAY } from '../time.ts';
import type { Draft } from './draft.ts';
import type { PresentObservation } from './input.ts';
import { leaveOldDigest } from './leaving.ts';
import { judgeNewDigest, takeVerdicts } from './new-verdicts.ts';
import { compareSigners, rememberVerified } from './signers.ts';
import { isImmutable, requirementsOf } from './terms.ts';
import { graceOf, toldVerdicts } from './views.ts';
import { verdictClause } from './wording.ts';

const RECENT = 8;

/** The tag points at a digest other than the remembered one: its baseline, or a move. */
export function takeNewDigest(draft: Draft, seen: PresentObservation): void {
  const { before, next } = draft;
  next.digest = seen.digest;
  next.proven = seen.proven;
  next.since = draft.at;
  // Whoever said that the old digest is fine said nothing of this one.
  delete next.acknowledged;
  next.sinceSeq = draft.seq;
  if (seen.manifest === undefined) delete next.manifest;
  else next.manifest = printOf(seen.manifest);
  next.recent = recentOf(before);
  draft.sightings = seen.proven ? sightingsOf(seen.digest, seen.manifest) : [];
  const rollback = isRollback(draft, seen);
  takeVerdicts(draft, seen, rollback);
  draft.change(mainChange(draft, seen, rollback));
  leaveOldDigest(draft);
  compareSigners(draft, seen);
  rememberVerified(draft, seen);
}

function recentOf({ digest, verdicts, recent, sinceSeq, seq }: TagState): TagState['recent'] {
  if (digest === undefined) return recent;
  const rejected =
    Object.values(verdicts).some((record) => record.verdict === 'rejected') ||
    recent.some((entry) => entry.digest === digest && entry.rejected);
  const left = { digest, seq: sinceSeq ?? seq, ...(rejected ? { rejected: true as const } : {}) };
  return [left, ...recent.filter((entry) => entry.digest !== digest)].slice(0, RECENT);
}

function isRollback({ before }: Draft, seen: PresentObservation): boolean {
  if (before.digest === undefined) return false;
  return seen.history !== undefined || before.recent.some(({ digest }) => digest === seen.digest);
}

function mainChange(draft: Draft, seen: PresentObservation, rollback: boolean): Change {
  const { before, next, input } = draft;
  const first = before.digest === undefined;
  const older = isOlderSignature(draft);
  const worst = toldVerdicts(next, input.terms)[0];
  const from = toldVerdicts(before, input.terms).find(({ policy }) => policy === worst?.policy);
  const clause = verdictClause(
    worst?.record,
    worst === undefined || graceOf(next, worst.policy) === undefined,
  );
  const floors: Severity[] = older ? ['medium'] : [];
  if (rollback) floors.push(wasRejected(before, seen) ? 'high' : 'medium');
  return {
    kind: first ? 'tag.first-seen' : 'tag.moved',
    severity: mostSevere([judgeNewDigest(draft), ...floors]),
    summary: `${movedText(first, rollback)}, ${clause}`,
    ...(worst === undefined ? {} : { policy: worst.policy }),
    ...(from === undefined ? {} : { verdictFrom: from.record.verdict }),
    verdictTo: worst?.record.verdict ?? 'not-required',
    ...(older ? { olderSignature: true } : {}),
    ...(first ? {} : explanation(before, seen, rollback)),
    ...(seen.manifestProblem === undefined ? {} : { manifestProblem: seen.manifestProblem }),
    ...violation(draft, seen, rollback, clause),
  };
}

function movedText(first: boolean, rollback: boolean): string {
  if (first) return 'first seen';
  return rollback ? 'moved back to an earlier image' : 'moved';
}

function explanation(before: TagState, seen: PresentObservation, rollback: boolean) {
  const { classes, platforms } = explainMove(before.manifest, seen.manifest);
  return { moveClasses: classes, platforms, rollback };
}

/** An immutable tag that is not where it was pinned: another kind, whatever the verdict of the new image. */
function violation(
  draft: Draft,
  seen: PresentObservation,
  rollback: boolean,
  clause: string,
): Partial<Change> {
  const { pinnedTo } = draft.before;
  if (!isImmutable(draft.input.terms)) return {};
  if (pinnedTo === undefined || pinnedTo === seen.digest) return {};
  const resolves = draft.close('tag.immutable-violated');
  draft.raise('tag.immutable-violated');
  const summary = `${movedText(false, rollback)} although it is immutable, ${clause}`;
  return { kind: 'tag.immutable-violated', severity: 'critical', summary, ...resolves };
}

function wasRejected({ recent }: TagState, { digest, history }: PresentObservation): boolean {
  return (
    history?.everRejected === true ||
    recent.some((entry) => entry.digest === digest && entry.rejected === true)
  );
}

/** An old, once valid image pushed again: its signature is good and says when it was made. */
function isOlderSignature({ before, next, input }: Draft): boolean {
  return requirementsOf(input.terms).some(({ policy }) => {
    const signedAt = next.verdicts[policy]?.signedAt;
    const newest = before.lastVerified?.[policy]?.newest;
    return signedAt !== undefined && newest !== undefined && between(signedAt, newest) > DAY;
  });
}
