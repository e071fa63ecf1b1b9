import {
  type AttestationRule,
  NO_POLICY,
  type Policy,
  type PolicyHash,
  PUBLIC_GOOD,
} from '../policy.ts';
import { policyHashOf } from '../policy-hash.ts';
import { predicateTypeOf } from '../predicate-type.ts';
import { type Compilation, listOf, mappingOf } from './compilation.ts';
import type { Path } from './problem.ts';
import type { AttestationInput, PolicyInput } from './schema.ts';
import { compileSigners } from './signers.ts';
import { compileTrustRoot } from './trust-root.ts';

/** The built-in policy that requires nothing. */
const NONE = 'none';

export interface CompiledPolicies {
  readonly policies: ReadonlyMap<PolicyHash, Policy>;
  /** By name; also those that have a problem, which is told where they are and not where they are used. */
  readonly hashes: ReadonlyMap<string, PolicyHash>;
}

export function compilePolicies(compilation: Compilation, section: unknown): CompiledPolicies {
  const policies = new Map<PolicyHash, Policy>();
  const hashes = new Map<string, PolicyHash>([[NONE, NO_POLICY]]);
  for (const [name, value] of Object.entries(mappingOf(section))) {
    const path = ['policies', name];
    if (name === NONE) {
      compilation.report(
        path,
        'found a policy "none", expected another name: it is built in',
        'key',
      );
      continue;
    }
    const policy = compilePolicy(compilation, name, mappingOf(value) as Partial<PolicyInput>, path);
    const hash = policyHashOf(policy);
    hashes.set(name, hash);
    policies.set(hash, policy);
  }
  return { policies, hashes };
}

/** What has a problem is left out, and reported: the result only counts when there is none. */
function compilePolicy(
  compilation: Compilation,
  name: string,
  input: Partial<PolicyInput>,
  path: Path,
): Policy {
  const policy: Policy = {
    v: 1,
    name,
    mode: input.mode ?? 'signature',
    signedBy: compileSigners(compilation, input.signedBy, [...path, 'signedBy']),
    attestations: compileAttestations(compilation, input.attestations, [...path, 'attestations']),
    trustRoot:
      input.trustRoot === undefined
        ? PUBLIC_GOOD
        : compileTrustRoot(compilation, input.trustRoot, [...path, 'trustRoot']),
    unsafeIgnoreTransparencyLog: input.unsafeIgnoreTransparencyLog ?? false,
    useSignedTimestamps: false,
    format: 'either',
    annotations: {},
  };
  checkProvenTime(compilation, policy, path);
  return policy;
}

function compileAttestations(
  compilation: Compilation,
  inputs: unknown,
  path: Path,
): AttestationRule[] {
  return listOf(inputs).flatMap((value, index) => {
    const at = [...path, index];
    const input = mappingOf(value) as Partial<AttestationInput>;
    const signedBy = compileSigners(compilation, input.signedBy, [...at, 'signedBy']);
    const predicateType = predicateTypeOf(String(input.type));
    if (predicateType === undefined || !compilation.isSound(at)) return [];
    return [{ predicateType, signedBy, where: input.where ?? {} }];
  });
}

/** A short-lived certificate proves nothing without the time of signing, which the log records. */
function checkProvenTime(compilation: Compilation, policy: Policy, path: Path): void {
  const rules = [policy, ...policy.attestations].flatMap(({ signedBy }) => signedBy);
  if (policy.unsafeIgnoreTransparencyLog && rules.some(({ kind }) => kind === 'keyless')) {
    compilation.report(
      [...path, 'unsafeIgnoreTransparencyLog'],
      'found it with a keyless signer, expected keys only: without the log nothing proves that a certificate was valid when it signed',
      'key',
    );
  }
}
