import type { Digest } from '../../domain/digest.ts';
import { selectSingular } from '../../domain/json-path.ts';
import type { AttestationRule } from '../../domain/policy.ts';
import type { AttestationOutcome } from '../../domain/verdict-derivation.ts';
import type { Find } from './discovery.ts';
import { type Court, judge } from './judge.ts';
import { Refusal } from './refusal.ts';
import type { Signed } from './signed.ts';
import { COSIGN_SIGN, readStatement, requireSubject, type Statement } from './statement.ts';

/**
 * Whether one attestation meets all conditions of one rule. The type is the signed statement's,
 * never an annotation's (CVE-2026-39395); other types never count (CVE-2022-35929); a signature
 * never doubles as an attestation.
 */
export function attestationOutcome(
  rule: AttestationRule,
  find: Find,
  court: Court,
  digest: Digest,
): { outcome: AttestationOutcome; problem?: string } {
  const ofType = find.signed.filter((signed) => isOfType(signed, rule.predicateType));
  const judged = ofType.map((signed) =>
    judge(signed, {
      ...court,
      rules: rule.signedBy.length > 0 ? rule.signedBy : court.rules,
      requireClaims: (candidate) => requireAttested(readStatement(candidate.content), rule, digest),
    }),
  );
  const by = (outcome: string) => judged.find(({ candidate }) => candidate.outcome === outcome);
  if (by('match')) return { outcome: 'met' };
  const unread = find.incomplete ?? find.unusable.find(({ kind }) => kind === 'unfetched')?.problem;
  if (unread !== undefined) return { outcome: 'unknown', problem: unread };
  const broken = by('broken')?.candidate.problem;
  if (broken !== undefined) return { outcome: 'rejected', problem: broken };
  return { outcome: 'missing', problem: by('other')?.candidate.problem ?? 'there is none' };
}

function isOfType(signed: Signed, predicateType: string): boolean {
  return predicateType !== COSIGN_SIGN && signed.predicateType === predicateType;
}

/** @throws {Refusal} unless this one statement is about the digest and meets every condition. */
function requireAttested(statement: Statement, rule: AttestationRule, digest: Digest): void {
  requireSubject(statement, digest, {});
  for (const [path, wanted] of Object.entries(rule.where)) {
    const found = selectSingular(path, statement.json);
    if (found !== wanted) {
      const seen = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 200);
      throw new Refusal(`${path} is ${seen}, wanted ${JSON.stringify(wanted)}`);
    }
  }
}
