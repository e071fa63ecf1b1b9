import type { Digest } from '../digest.ts';
import type { EventKind } from '../event.ts';
import { severityRank } from '../severity.ts';
import type { VerdictRecord } from '../state.ts';
import type { Verification } from '../verdict.ts';
import { rejectedNow } from './awaiting.ts';
import type { Draft } from './draft.ts';
import { alarmOf, isGood, newerOf, recordOf, severityOf, standingOf } from './judge.ts';
import { startLosing } from './losing.ts';
import type { Outcome } from './outcome.ts';
import { verdictClause } from './wording.ts';

/** A digest with a verdict that people know was verified again. */
export function takeReverified(
  draft: Draft,
  digest: Digest,
  known: VerdictRecord,
  found: Verification,
): Outcome {
  const record = recordOf(found, draft.at);
  if (record.verdict === 'inconclusive') {
    return { kind: 'silent', record: known.verdict === 'inconclusive' ? record : known };
  }
  if (isGood(record) && isGood(known)) return { kind: 'silent', record: newerOf(known, record) };
  if (sameBytesOtherRules(known, record)) return rulesChanged(known, record, found.policy);
  if (isGood(record)) return { kind: 'gained', record, cause: 'signature.gained' };
  if (wasSigned(known) && lacksIt(known, record))
    return startLosing(draft, digest, found.policy, known);
  return demoted(draft, known, record, found.policy);
}

function sameBytesOtherRules(known: VerdictRecord, record: VerdictRecord): boolean {
  if (known.verdict === 'inconclusive' || known.verdict === record.verdict) return false;
  if (known.fingerprint !== record.fingerprint) return false;
  return known.trustRootHash !== record.trustRootHash || known.verifier !== record.verifier;
}

function rulesChanged(known: VerdictRecord, record: VerdictRecord, policy: string): Outcome {
  if (isGood(record)) return { kind: 'gained', record, cause: 'trust.changed' };
  const what = known.trustRootHash === record.trustRootHash ? 'verifier' : 'trust root';
  return {
    kind: 'told',
    record,
    change: {
      kind: 'trust.changed',
      severity: isGood(known) ? 'high' : 'info',
      summary: `is judged anew under another ${what}: ${verdictClause(record)}`,
      policy,
      verdictFrom: known.verdict,
      verdictTo: record.verdict,
    },
    alarm: alarmOf(record.verdict),
  };
}

function wasSigned({ verdict }: VerdictRecord): boolean {
  return verdict === 'verified' || verdict === 'rejected';
}

/** The signature that made the known verdict is gone, and nothing broken took its place. */
function lacksIt(known: VerdictRecord, record: VerdictRecord): boolean {
  return standingOf(record) === 'waiting' && known.verdict !== record.verdict;
}

function demoted(
  draft: Draft,
  known: VerdictRecord,
  record: VerdictRecord,
  policy: string,
): Outcome {
  const worse = severityRank(severityOf(record)) > severityRank(severityOf(known));
  if (known.verdict === record.verdict && !worse) return { kind: 'silent', record };
  if (record.verdict === 'rejected') return rejectedNow(record, policy);
  const as = draft.signatureAlarm()?.open.kind;
  const kind: EventKind = as ?? 'signature.unverifiable';
  return {
    kind: 'told',
    record,
    change: {
      kind,
      severity: severityOf(record),
      summary: `can be verified again: ${verdictClause(record)}`,
      policy,
      verdictFrom: known.verdict,
      verdictTo: record.verdict,
    },
    alarm: alarmOf(record.verdict),
    ...(as === undefined ? {} : { as }),
  };
}
