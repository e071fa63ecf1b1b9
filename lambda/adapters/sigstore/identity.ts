import type { KeylessRule, SignerRule, TextRule } from '../../domain/policy.ts';
import { compileTextRule } from '../../domain/text-rule.ts';
import type { CertificateClaims, SubjectAlternativeName } from './certificate.ts';

/**
 * The name by which this certificate's holder is the one that the rule wants, or undefined.
 *
 * G1: the library takes even an exact identity for an unanchored regular expression, and an empty
 * one for "anyone": `…@refs/heads/main` would accept `…@refs/heads/main-evil`. So identities are
 * compared here, as text, and never given to it.
 *
 * @param legacy as on cosign's legacy path, where each name of the certificate may match, and only
 *   the older of its two issuer extensions is read.
 */
export function acceptedName(
  claims: CertificateClaims,
  rule: KeylessRule,
  legacy: boolean,
): SubjectAlternativeName | undefined {
  const issuer = legacy ? claims.legacyIssuer : claims.issuer;
  if (issuer === undefined || !matches(rule.issuer, issuer)) return undefined;
  if (!matchesWorkflow(claims, rule)) return undefined;
  // G15: the first URI, else the first e-mail address.
  const names = legacy ? claims.names : [claims.identity];
  return names.find(({ value }) => matches(rule.identity, value));
}

/** An extension that the rule wants and the certificate lacks does not match. */
function matchesWorkflow({ workflow }: CertificateClaims, rule: KeylessRule): boolean {
  const wanted = rule.workflow ?? {};
  const names = ['trigger', 'sha', 'name', 'repository', 'ref'] as const;
  return names.every((name) => wanted[name] === undefined || wanted[name] === workflow[name]);
}

function matches(rule: TextRule, text: string): boolean {
  return compileTextRule(rule)(text);
}

/** What is wanted, in full, for the sentence "seen …, wanted …". */
export function describeRules(rules: readonly SignerRule[]): string {
  return rules.map(describeRule).join(' or ');
}

function describeRule(rule: SignerRule): string {
  if (rule.kind === 'key') return `key ${rule.keyId} (${rule.source})`;
  const workflow = Object.entries(rule.workflow ?? {}).map(
    ([name, value]) => `, workflow ${name} ${JSON.stringify(value)}`,
  );
  return `identity ${describeText(rule.identity)} by issuer ${describeText(rule.issuer)}${workflow.join('')}`;
}

function describeText(rule: TextRule): string {
  return 'exact' in rule ? JSON.stringify(rule.exact) : `matching ${rule.regExp}`;
}
