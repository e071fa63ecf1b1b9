import type { Digest } from '../digest.ts';
import { severityRank } from '../severity.ts';
import type { Grace, TagState, VerdictRecord } from '../state.ts';
import { plus } from '../time.ts';
import type { Verification } from '../verdict.ts';
import type { WatchTerms } from '../watch.ts';
import { awaitVerdict } from './awaiting.ts';
import type { Draft } from './draft.ts';
import { alarmOf, isGood, recordOf, severityOf } from './judge.ts';
import type { Outcome } from './outcome.ts';
import { type Requirement, requirementsOf } from './terms.ts';
import { verdictClause } from './wording.ts';

/** A policy that this digest was never verified under: the watch list changed, not the image. */
export function takeNewPolicy(
  draft: Draft,
  digest: Digest,
  required: Requirement,
  found: Verification | undefined,
): Outcome {
  if (found === undefined) return { kind: 'silent' };
  const { before, at, input } = draft;
  const record = recordOf(found, at);
  // Editing a policy neither restarts a grace nor ends it: it belongs to (tag, digest).
  const running = orphansOf(before, input.terms).find(({ losing }) => losing === undefined);
  if (running !== undefined) {
    return awaitVerdict(record, { ...running, policy: required.policy }, undefined, at);
  }
  if (isGood(record)) {
    const alarmed = draft.signatureAlarm() !== undefined;
    return alarmed
      ? { kind: 'gained', record, cause: 'policy.changed' }
      : { kind: 'silent', record };
  }
  if (record.verdict === 'inconclusive') return quietGrace(draft, digest, required, record);
  return demotion(before, input.terms, required, record);
}

/** Graces whose policy no watch names any more. */
export function orphansOf(state: TagState, terms: readonly WatchTerms[]): Grace[] {
  const required = new Set(requirementsOf(terms).map(({ policy }) => policy));
  return state.grace.filter(({ policy }) => !required.has(policy));
}

function quietGrace(
  { before: { seq }, at }: Draft,
  digest: Digest,
  { policy, grace: length }: Requirement,
  record: VerdictRecord,
): Outcome {
  const until = plus(at, length);
  const kind = 'policy.changed';
  const grace: Grace = { digest, policy, until, length, kind, seq, severity: 'medium' };
  return awaitVerdict(record, grace, undefined, at);
}

function demotion(
  before: TagState,
  terms: readonly WatchTerms[],
  { policy }: Requirement,
  record: VerdictRecord,
): Outcome {
  const required = new Set(requirementsOf(terms).map((requirement) => requirement.policy));
  const rank = (verdict: VerdictRecord) => severityRank(severityOf(verdict));
  const from = Object.entries(before.verdicts)
    .flatMap(([hash, verdict]) => (required.has(hash) ? [] : [verdict]))
    .sort((a, b) => rank(b) - rank(a))[0];
  const worse = from === undefined || rank(record) > rank(from);
  return {
    kind: 'told',
    record,
    change: {
      kind: 'policy.changed',
      severity: worse ? 'high' : 'info',
      summary: `is judged anew under a changed policy: ${verdictClause(record)}`,
      policy,
      verdictFrom: from?.verdict ?? 'not-required',
      verdictTo: record.verdict,
    },
    alarm: alarmOf(record.verdict),
    as: 'policy.changed',
  };
}
