import type { Digest } from '../digest.ts';
import type { PolicyView, WatchView } from '../event.ts';
import { NO_POLICY, type Policy, type PolicyHash, type SignerRule } from '../policy.ts';
import { type Duration, MINUTE } from '../time.ts';
import type { WatchTerms } from '../watch.ts';

/** What one policy asks of a tag: several watches may name it, and the strictest of their graces holds. */
export interface Requirement {
  readonly policy: PolicyHash;
  readonly name: string;
  readonly grace: Duration;
}

/** The policies that need a signature, in the order of their hashes. */
export function requirementsOf(terms: readonly WatchTerms[]): readonly Requirement[] {
  const byPolicy = new Map<PolicyHash, Requirement>();
  for (const { policy, policyName: name, signatureGrace } of terms) {
    if (policy === NO_POLICY) continue;
    const grace = Math.min(signatureGrace, byPolicy.get(policy)?.grace ?? signatureGrace);
    byPolicy.set(policy, { policy, name, grace });
  }
  return [...byPolicy.values()].sort((a, b) => (a.policy < b.policy ? -1 : 1));
}

export function isImmutable(terms: readonly WatchTerms[]): boolean {
  return terms.some((term) => term.immutable);
}

export function pinsOf(terms: readonly WatchTerms[]): readonly Digest[] {
  return terms.map((term) => term.pin).filter((pin) => pin !== undefined);
}

/** The shortest interval at which anyone looks at this tag. */
export function intervalOf(terms: readonly WatchTerms[]): Duration {
  return Math.min(...terms.map((term) => term.every)) * MINUTE;
}

export function labelsOf(terms: readonly WatchTerms[]): string[] {
  return [...new Set(terms.flatMap((term) => term.labels))].sort();
}

export function watchViewsOf(
  terms: readonly WatchTerms[],
  policies: ReadonlyMap<PolicyHash, Policy> | undefined,
): WatchView[] {
  return terms.map((term) => {
    const policy = policies?.get(term.policy);
    return {
      id: term.watchId,
      policyName: term.policyName,
      policy: term.policy,
      immutable: term.immutable,
      labels: term.labels,
      ...(term.pin === undefined ? {} : { pin: term.pin }),
      ...(policy === undefined ? {} : { requires: policyViewOf(policy) }),
    };
  });
}

/** An event is one item: of a policy with a hundred signers the first are shown. */
const SHOWN = 3;
const MAX_SOURCE = 300;

function policyViewOf(policy: Policy): PolicyView {
  const { trustRoot, unsafeIgnoreTransparencyLog, useSignedTimestamps, format } = policy;
  return {
    signedBy: policy.signedBy.slice(0, SHOWN).map(withoutKey),
    attestations: policy.attestations.slice(0, SHOWN).map(({ predicateType }) => predicateType),
    trustRoot,
    unsafeIgnoreTransparencyLog,
    useSignedTimestamps,
    format,
    annotations: Object.fromEntries(Object.entries(policy.annotations).slice(0, SHOWN)),
  };
}

function withoutKey(rule: SignerRule): PolicyView['signedBy'][number] {
  if (rule.kind === 'keyless') return rule;
  const { spki: _, ...view } = rule;
  return { ...view, source: view.source.slice(0, MAX_SOURCE) };
}
