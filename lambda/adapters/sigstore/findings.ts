import type { SignerRule, TrustRootName } from '../../domain/policy.ts';
import { isAnchored } from '../../domain/text-rule.ts';
import type { Timestamp } from '../../domain/time.ts';
import type { Candidate, Finding } from '../../domain/verdict.ts';
import type { Judged } from './judge.ts';
import type { Signed } from './signed.ts';
import { COSIGN_SIGN } from './statement.ts';

/** A candidate with what was said of it. */
export type JudgedSigned = Judged & { readonly signed: Signed };

/** What a person should know of how an image was found to be signed; it never changes the verdict. */
export function findingsOf(
  matches: readonly JudgedSigned[],
  rules: readonly SignerRule[],
  bundles: number,
): Finding[] {
  const [match] = matches;
  if (match === undefined) return unanchored(rules);
  const findings: Finding[] = [];
  if (matches.every(({ candidate }) => isAttestation(candidate))) {
    findings.push({
      code: 'attestation-as-signature',
      message: `an attestation (${match.candidate.predicateType}) counts as the signature, as for cosign verify`,
    });
  }
  if (bundles > 0 && matches.every(({ signed }) => signed.format === 'legacy')) {
    findings.push({
      code: 'shadowed-legacy-signature',
      message: `cosign verify looks only at the ${bundles} bundle(s) beside the legacy signature that matches`,
    });
  }
  return [...findings, ...findingsOfAny(matches, rules)];
}

/** The part of it that concerns attestations as well. */
export function findingsOfAny(
  matches: readonly JudgedSigned[],
  rules: readonly SignerRule[],
): Finding[] {
  const findings: Finding[] = [];
  const all = (predicate: (match: JudgedSigned) => boolean) =>
    matches.length > 0 && matches.every(predicate);
  if (all(({ signed }) => signed.laterPage)) {
    findings.push({
      code: 'match-on-later-page',
      message: 'cosign reads only the first page of referrers; the match is on a later one',
    });
  }
  if (all(({ candidate }) => candidate.keyId !== undefined && candidate.logIndex === undefined)) {
    findings.push({
      code: 'key-without-transparency-log',
      message: 'signed with a key and in no transparency log: its use leaves no public trace',
    });
  }
  return [...findings, ...unanchored(rules)];
}

function isAttestation({ format, predicateType }: Candidate): boolean {
  return format === 'bundle' && predicateType !== COSIGN_SIGN;
}

/** G1: Go's `MatchString` finds a pattern anywhere: `…@refs/heads/main` accepts `…/main-evil`. */
function unanchored(rules: readonly SignerRule[]): Finding[] {
  const patterns = rules
    .flatMap((rule) => (rule.kind === 'keyless' ? [rule.identity, rule.issuer] : []))
    .flatMap((rule) => ('regExp' in rule && !isAnchored(rule.regExp) ? [rule.regExp] : []));
  return patterns.map((pattern) => ({
    code: 'unanchored-pattern',
    message: `the pattern ${pattern} matches anywhere in a text; anchor it with ^ and $`,
  }));
}

/** Whoever signs with what was added since is somebody that this root does not know. */
export function staleRoot(name: TrustRootName, refreshedAt: Timestamp | undefined): Finding {
  return {
    code: 'trust-root-stale',
    message: `the trusted root ${name} was last confirmed by its repository at ${refreshedAt}: see why it is not refreshed`,
  };
}
