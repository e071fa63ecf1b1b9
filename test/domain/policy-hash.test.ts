import { describe, expect, it } from '@jest/globals';
import { type KeyRule, type Policy, PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { policyHashOf } from '../../lambda/domain/policy-hash.ts';

const key: KeyRule = {
  kind: 'key',
  keyId: 'sha256:00',
  spki: 'AAAA',
  source: 'keys/a.pub',
  digestAlgorithm: 'sha256',
};

const policy: Policy = {
  v: 1,
  name: 'acme',
  mode: 'signature',
  signedBy: [
    key,
    { kind: 'keyless', identity: { exact: 'a@b.c' }, issuer: { exact: 'https://i' } },
  ],
  attestations: [{ predicateType: 'https://x', signedBy: [key], where: { '$.a': 1 } }],
  trustRoot: PUBLIC_GOOD,
  unsafeIgnoreTransparencyLog: false,
  useSignedTimestamps: false,
  format: 'either',
  annotations: {},
};

const moved: KeyRule = { ...key, source: 'inline' };

describe('the hash of a policy', () => {
  it.each<[string, Partial<Policy>]>([
    ['its name', { name: 'renamed' }],
    ['where a key was read', { signedBy: [moved, ...policy.signedBy.slice(1)] }],
    [
      'where the key of an attestation was read',
      { attestations: policy.attestations.map((rule) => ({ ...rule, signedBy: [moved] })) },
    ],
  ])('does not depend on %s', (_what, change) => {
    expect(policyHashOf({ ...policy, ...change })).toBe(policyHashOf(policy));
  });

  it.each<[string, Partial<Policy>]>([
    ['its mode', { mode: 'cosign' }],
    ['its keys', { signedBy: [{ ...key, spki: 'AAAB' }, ...policy.signedBy.slice(1)] }],
    ['its identities', { signedBy: policy.signedBy.slice(0, 1) }],
    ['its attestations', { attestations: [] }],
    ['its conditions', { attestations: policy.attestations.map((a) => ({ ...a, where: {} })) }],
    [
      'a pattern in them',
      {
        attestations: policy.attestations.map((a) => ({
          ...a,
          where: { '$.a': { matches: 'a' } },
        })),
      },
    ],
    ['its trusted root', { trustRoot: 'sha256:00' }],
    ['what it ignores', { unsafeIgnoreTransparencyLog: true }],
    ['its annotations', { annotations: { a: 'b' } }],
  ])('depends on %s', (_what, change) => {
    expect(policyHashOf({ ...policy, ...change })).not.toBe(policyHashOf(policy));
  });

  it('is what it was: a verdict that is stored under it stays good', () => {
    expect(policyHashOf(policy)).toBe(
      '501ebc47c0a0f7548079c4b6f783ea7f08993f712edaba9bc5d6c17a2ce9f5f6',
    );
  });
});
