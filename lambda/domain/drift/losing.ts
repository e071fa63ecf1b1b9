import type { Digest } from '../digest.ts';
import type { PolicyHash } from '../policy.ts';
import type { Grace, VerdictRecord } from '../state.ts';
import { between, MINUTE, plus } from '../time.ts';
import type { Verification } from '../verdict.ts';
import { rejectedNow } from './awaiting.ts';
import type { Draft } from './draft.ts';
import { isGood, newerOf, recordOf, standingOf } from './judge.ts';
import type { Outcome } from './outcome.ts';

/** "Lost" needs this many complete looks over this long: one replica that lags is no loss. */
export const LOST_AFTER = 3;
export const LOST_OVER = 30 * MINUTE;
const APART = MINUTE;

/** A signature that was seen on this digest is not there any more: the first look. */
export function startLosing(
  { before: { seq }, at }: Draft,
  digest: Digest,
  policy: PolicyHash,
  record: VerdictRecord,
): Outcome {
  const grace: Grace = {
    digest,
    policy,
    until: plus(at, LOST_OVER),
    length: LOST_OVER,
    kind: 'signature.lost',
    seq,
    severity: 'high',
    losing: { count: 1, firstAt: at, lastAt: at },
  };
  return { kind: 'silent', record, grace };
}

function foundAgain(known: VerdictRecord, record: VerdictRecord): Outcome {
  if (isGood(known)) return { kind: 'silent', record: newerOf(known, record) };
  return { kind: 'gained', record, cause: 'signature.gained' };
}

/** The looks after it. What is known of the digest stays as it was until the loss is confirmed. */
export function confirmLoss(
  { at }: Draft,
  known: VerdictRecord,
  grace: Grace & Required<Pick<Grace, 'losing'>>,
  found: Verification | undefined,
): Outcome {
  const waiting: Outcome = { kind: 'silent', record: known, grace };
  if (found === undefined || found.verdict === 'inconclusive') return waiting;
  const record = recordOf(found, at);
  if (isGood(record)) return foundAgain(known, record);
  if (standingOf(record) === 'bad') return rejectedNow(record, grace.policy);
  const { losing } = grace;
  if (between(losing.lastAt, at) < APART) return waiting;
  const count = losing.count + 1;
  if (count < LOST_AFTER || at < grace.until) {
    return { ...waiting, grace: { ...grace, losing: { ...losing, count, lastAt: at } } };
  }
  return {
    kind: 'told',
    record,
    change: {
      kind: 'signature.lost',
      severity: 'high',
      summary: 'is no longer served with its signature',
      policy: grace.policy,
      verdictFrom: known.verdict,
      verdictTo: record.verdict,
    },
    alarm: 'signature.lost',
  };
}
