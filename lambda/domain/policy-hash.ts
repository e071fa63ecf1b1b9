import { hashOf } from './canonical-json.ts';
import type { Policy, PolicyHash, SignerRule } from './policy.ts';

/**
 * The hash that stands for a policy: over everything that decides a verdict. Its name and the
 * places its keys were read from are left out, so that renaming does not verify everything again.
 */
export function policyHashOf(policy: Policy): PolicyHash {
  const { name: _name, ...rest } = policy;
  return hashOf({
    ...rest,
    signedBy: policy.signedBy.map(withoutSource),
    attestations: policy.attestations.map((attestation) => ({
      ...attestation,
      signedBy: attestation.signedBy.map(withoutSource),
    })),
  });
}

function withoutSource(rule: SignerRule): object {
  if (rule.kind === 'keyless') return rule;
  const { source: _source, ...rest } = rule;
  return rest;
}
