import type { EventKind } from '../event.ts';
import type { PolicyHash } from '../policy.ts';
import type { Grace, VerdictRecord } from '../state.ts';
import type { Timestamp } from '../time.ts';
import type { Verification } from '../verdict.ts';
import { isQuiet } from './draft.ts';
import { alarmOf, isGood, recordOf, severityOf, standingOf } from './judge.ts';
import type { Outcome } from './outcome.ts';
import { durationText, verdictClause } from './wording.ts';

/** A verdict in its grace: cleared by this digest's own match, cut short by a broken signature, told when it is over. */
export function awaitVerdict(
  known: VerdictRecord,
  grace: Grace,
  found: Verification | undefined,
  at: Timestamp,
): Outcome {
  const record = latest(known, found, at);
  if (isGood(record)) {
    return { kind: 'gained', record, cause: 'signature.gained', opener: grace };
  }
  if (standingOf(record) === 'bad') return rejectedNow(record, grace.policy, grace);
  return at < grace.until ? { kind: 'silent', record, grace } : isOver(record, grace);
}

/** What could not be found out this time takes nothing away from what was. */
export function latest(
  known: VerdictRecord,
  found: Verification | undefined,
  at: Timestamp,
): VerdictRecord {
  if (found === undefined) return known;
  if (found.verdict === 'inconclusive' && known.verdict !== 'inconclusive') return known;
  return recordOf(found, at);
}

export function rejectedNow(record: VerdictRecord, policy: PolicyHash, opener?: Grace): Outcome {
  return {
    kind: 'told',
    record,
    change: {
      kind: 'signature.rejected',
      severity: severityOf(record),
      summary:
        record.reason === 'other-signer'
          ? 'is signed by someone else'
          : 'carries a signature that does not hold',
      policy,
      verdictTo: record.verdict,
    },
    alarm: 'signature.rejected',
    ...(opener === undefined ? {} : { opener }),
  };
}

/** The final verdict of a move (or baseline) has the kind of what it belongs to. */
function isOver(record: VerdictRecord, opener: Grace): Outcome {
  const unknown = record.verdict === 'inconclusive';
  const kind: EventKind = unknown && isQuiet(opener) ? 'signature.unverifiable' : opener.kind;
  return {
    kind: 'told',
    record,
    change: {
      kind,
      severity: kind === 'signature.unverifiable' ? 'medium' : severityOf(record),
      summary: `${finalText(opener)} ${verdictClause(record)} after ${durationText(opener.length)}`,
      policy: opener.policy,
      verdictFrom: 'inconclusive',
      verdictTo: record.verdict,
    },
    alarm: alarmOf(record.verdict),
    as: opener.kind,
    opener,
  };
}

function finalText({ kind }: Grace): string {
  if (kind === 'tag.moved') return 'moved, still';
  return kind === 'tag.first-seen' ? 'first seen, still' : 'is under a changed policy, still';
}
