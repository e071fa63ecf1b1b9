import { describeCondition, meets } from '../../domain/condition.ts';
import type { Digest } from '../../domain/digest.ts';
import { selectSingular } from '../../domain/json-path.ts';
import type { AttestationRule } from '../../domain/policy.ts';
import type { Candidate } from '../../domain/verdict.ts';
import type { AttestationOutcome } from '../../domain/verdict-derivation.ts';
import type { Find } from './discovery.ts';
import { type Court, type Judged, judge } from './judge.ts';
import { Refusal } from './refusal.ts';
import type { Signed } from './signed.ts';
import { COSIGN_SIGN, readStatement, requireSubject, type Statement } from './statement.ts';

/** How one rule fared, and what each attestation of its type is to it. */
export interface AttestedRule {
  readonly rule: AttestationRule;
  readonly outcome: AttestationOutcome;
  readonly problem?: string;
  readonly candidates: readonly Candidate[];
}

/**
 * Whether one attestation meets all conditions of one rule. The type is the signed statement's,
 * never an annotation's (CVE-2026-39395); other types never count (CVE-2022-35929); a signature
 * never doubles as an attestation.
 */
export function judgeRule(
  rule: AttestationRule,
  find: Find,
  court: Court,
  digest: Digest,
): AttestedRule {
  const ofType = find.signed.filter((signed) => isOfType(signed, rule.predicateType));
  const judged = ofType.map((signed) =>
    judge(signed, {
      ...court,
      rules: rule.signedBy.length > 0 ? rule.signedBy : court.rules,
      requireClaims: ({ content }) => requireAttested(readStatement(content), rule, digest),
    }),
  );
  const candidates = judged.map(({ candidate }) => candidate);
  return { rule, ...outcomeOf(judged, find), candidates };
}

function outcomeOf(
  judged: readonly Judged[],
  find: Find,
): Pick<AttestedRule, 'outcome' | 'problem'> {
  const by = (wanted: string) =>
    judged.find(({ candidate }) => candidate.outcome === wanted)?.candidate;
  if (by('match')) return { outcome: 'met' };
  const unread = find.incomplete ?? find.unusable.find(({ kind }) => kind === 'unfetched')?.problem;
  if (unread !== undefined) return { outcome: 'unknown', problem: unread };
  const undecided = judged.find((each) => each.undecided === true)?.candidate.problem;
  if (undecided !== undefined) return { outcome: 'unknown', problem: undecided };
  const broken = by('broken')?.problem;
  if (broken !== undefined) return { outcome: 'rejected', problem: broken };
  return { outcome: 'missing', problem: by('other')?.problem ?? 'there is none' };
}

function isOfType(signed: Signed, predicateType: string): boolean {
  return predicateType !== COSIGN_SIGN && signed.predicateType === predicateType;
}

/** @throws {Refusal} unless this one statement is about the digest and meets every condition. */
function requireAttested(statement: Statement, rule: AttestationRule, digest: Digest): void {
  requireSubject(statement, digest, {});
  for (const [path, wanted] of Object.entries(rule.where)) {
    const found = selectSingular(path, statement.json);
    if (!meets(wanted, found)) {
      const seen = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 200);
      throw new Refusal(`${path} is ${seen}, wanted ${describeCondition(wanted)}`);
    }
  }
}
