import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { KeylessRule, KeyRule, Policy } from '../../../lambda/domain/policy.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import {
  CAPTURED,
  CAPTURED_ROOT,
  CAPTURED_ROOT_HASH,
  CHILD,
  IMAGE,
  keyless,
  keyRule,
  policyOf,
  REPOSITORY,
  rootsOf,
} from './policies.ts';

function verify(name: string, policy: Policy, digest: Digest = IMAGE): Promise<Verification> {
  const verifier = createVerifier({
    registry: MemoryRegistry.load(join(CAPTURED, name)),
    trustRoots: rootsOf({ captured: CAPTURED_ROOT }),
    now: () => new Date('2026-11-24T00:00:00Z'),
  });
  return verifier.verify(REPOSITORY, digest, policy, 'hash');
}

/** What a verification comes to: `verified 0`, `rejected broken-signature 12`. */
async function outcome(...parameters: Parameters<typeof verify>): Promise<string> {
  const { verdict, reason, cosignExit } = await verify(...parameters);
  return [verdict, reason, cosignExit].filter((part) => part !== undefined).join(' ');
}

type Row = [folder: string, rule: KeyRule | KeylessRule, cosign: string, signature: string];

const mine = keyRule('cosign');
const other = keyRule('other');
const NO_ONE = keyless('someone-else@example.com');
const EVIL = keyless(
  'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main-evil',
);

/** The verdict in mode `cosign` (whose exit code is that of the real cosign 3.1.3) and in mode `signature`. */
const rows: Row[] = [
  ['api-bundle', mine, 'verified 0', 'verified 0'],
  ['api-bundle', other, 'verified 0', 'verified 0'],
  ['olareg-bundle', other, 'rejected other-signer 1', 'rejected other-signer 1'],
  ['api-legacy', mine, 'verified 0', 'verified 0'],
  ['api-legacy', other, 'rejected other-signer 12', 'rejected other-signer 12'],
  ['api-legacy-multi', mine, 'verified 0', 'verified 0'],
  ['api-legacy-multi', other, 'verified 0', 'verified 0'],
  ['api-legacy-recursive', mine, 'verified 0', 'verified 0'],
  ['api-mixed', mine, 'verified 0', 'verified 0'],
  ['api-attest-bundle', mine, 'verified 0', 'unsigned attestation-only 1'],
  ['api-attest-legacy', mine, 'unsigned no-signature 10', 'unsigned no-signature 10'],
  ['api-oci11', mine, 'unsigned no-signature 10', 'unsigned no-signature 10'],
  ['api-sbom', mine, 'unsigned no-signature 10', 'unsigned no-signature 10'],
  ['fallback-bundle', mine, 'verified 0', 'verified 0'],
  ['fallback-legacy', mine, 'verified 0', 'verified 0'],
  ['olareg-bundle', mine, 'verified 0', 'verified 0'],
  ['keyless-v1-bundle', keyless(), 'verified 0', 'verified 0'],
  ['keyless-v1-bundle', NO_ONE, 'rejected other-signer 1', 'rejected other-signer 1'],
  ['keyless-v1-bundle', mine, 'rejected other-signer 1', 'rejected other-signer 1'],
  ['keyless-v1tsa-bundle', keyless(), 'verified 0', 'verified 0'],
  ['keyless-v2-bundle', keyless(), 'verified 0', 'verified 0'],
  ['keyless-v2-bundle', NO_ONE, 'rejected other-signer 1', 'rejected other-signer 1'],
  ['keyless-v1-legacy', keyless(), 'verified 0', 'verified 0'],
  ['keyless-v1-legacy', NO_ONE, 'rejected other-signer 12', 'rejected other-signer 12'],
  ['keyless-v1-attest', keyless(), 'verified 0', 'unsigned attestation-only 1'],
  ['keyless-evil-identity', keyless(), 'rejected other-signer 1', 'rejected other-signer 1'],
  ['keyless-evil-identity', EVIL, 'verified 0', 'verified 0'],
  ['api-bundle', keyless(), 'rejected other-signer 1', 'rejected other-signer 1'],
  ['api-legacy', keyless(), 'rejected other-signer 12', 'rejected other-signer 12'],
];

describe('what the real cosign signed', () => {
  it.each(rows)('%s under rule %#', async (folder, rule, cosign, signature) => {
    expect(await outcome(folder, policyOf(rule, { mode: 'cosign' }))).toBe(cosign);
    expect(await outcome(folder, policyOf(rule))).toBe(signature);
  });
});

describe('what verifies', () => {
  it('names signer, time, log entry and trust root of a keyless bundle', async () => {
    const verification = await verify('keyless-v1-bundle', policyOf(keyless()));
    expect(verification).toMatchObject({
      verdict: 'verified',
      signedAt: '2026-11-23T09:43:50.000Z',
      trustRoot: 'captured',
      trustRootHash: CAPTURED_ROOT_HASH,
      candidates: [{ outcome: 'match', kind: 'keyless', format: 'bundle', logIndex: '5' }],
    });
    expect(verification.signers).toHaveLength(1);
  });
});

describe('the digest of an image', () => {
  it('is the signed one: a child of a signed index is unsigned', async () => {
    expect(await outcome('api-legacy', policyOf(mine), CHILD)).toBe('unsigned no-signature 10');
    expect(await outcome('api-legacy-recursive', policyOf(mine), CHILD)).toBe('verified 0');
  });
});

/** Which of SHA-256, SHA-384 and SHA-512 verifies: like cosign, only the one that was signed with. */
const KEY_TYPES = {
  p256: ['verified', 'rejected', 'rejected'],
  p384: ['rejected', 'verified', 'rejected'],
  p521: ['rejected', 'rejected', 'verified'],
  rsa2048: ['verified', 'rejected', 'rejected'],
  rsa4096: ['verified', 'rejected', 'rejected'],
  ed25519: ['rejected', 'rejected', 'rejected'],
};

describe('G12: key types', () => {
  it.each(Object.entries(KEY_TYPES))('%s', async (type, expected) => {
    for (const format of ['bundle', 'legacy']) {
      const verdicts = await Promise.all(
        (['sha256', 'sha384', 'sha512'] as const).map((hash) =>
          verify(`keytype-${type}-${format}`, policyOf(keyRule(`keytype-${type}`, hash))),
        ),
      );
      expect(verdicts.map(({ verdict }) => verdict)).toEqual(expected);
    }
  });
});
