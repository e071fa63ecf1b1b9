import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  createVerifier,
  publicGoodTrustedRoot,
  VERIFIER,
} from '../../../lambda/adapters/sigstore/index.ts';
import type { KeylessRule, Policy, WorkflowRule } from '../../../lambda/domain/policy.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import {
  CAPTURED,
  CAPTURED_ROOT,
  CAPTURED_ROOT_HASH,
  GITHUB,
  IMAGE,
  keyless,
  keyRule,
  policyOf,
  REPOSITORY,
  rootsOf,
  WORKFLOW,
} from './policies.ts';

const now = () => new Date('2026-11-24T00:00:00Z');

function verifierOf(
  folder: string,
  roots: Record<string, Uint8Array> = { captured: CAPTURED_ROOT },
) {
  const registry = MemoryRegistry.load(join(CAPTURED, folder));
  return createVerifier({ registry, trustRoots: rootsOf(roots), now });
}

function verify(folder: string, policy: Policy, roots?: Record<string, Uint8Array>) {
  return verifierOf(folder, roots).verify(REPOSITORY, IMAGE, policy, 'hash');
}

describe('when the trusted root is not what it should be', () => {
  it.each([
    ['missing', {}],
    ['not JSON', { captured: Buffer.from('<html>') }],
  ])('is inconclusive: %s', async (...[, roots]) => {
    const verification = await verify('keyless-v1-bundle', policyOf(keyless()), roots);
    expect(verification).toMatchObject({
      verdict: 'inconclusive',
      reason: 'trust-root-unavailable',
      detail: expect.stringContaining('trusted root'),
    });
  });

  it('is inconclusive: it cannot be read', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'keyless-v1-bundle'));
    const read = () => Promise.reject(new Error('the disk is gone'));
    const verifier = createVerifier({ registry, trustRoots: { read }, now });
    expect(await verifier.verify(REPOSITORY, IMAGE, policyOf(keyless()), 'hash')).toMatchObject({
      reason: 'trust-root-unavailable',
      detail: 'the disk is gone',
    });
  });

  it('is another one: the signer is of an authority that it does not name', async () => {
    const roots = { captured: publicGoodTrustedRoot() };
    const verification = await verify('keyless-v1-bundle', policyOf(keyless()), roots);
    expect(verification).toMatchObject({ verdict: 'rejected', reason: 'other-signer' });
  });
});

describe('when an authority was not valid at the proven time', () => {
  const SIGNED = /^2026-11-23T09:43:5/;
  const period = { start: '2026-01-01T00:00:00Z', end: '2026-11-23T09:43:00Z' };
  type Authority = { validFor: object; publicKey: { validFor: object } };

  it.each([
    ['the log, Rekor v1', 'keyless-v1-bundle', 'tlogs'],
    ['the log, Rekor v2', 'keyless-v2-bundle', 'tlogs'],
    ['the log of a legacy signature', 'keyless-v1-legacy', 'tlogs'],
    ['the certificate log', 'keyless-v1-bundle', 'ctlogs'],
    ['the certificate authority', 'keyless-v1-bundle', 'certificateAuthorities'],
    ['the time-stamping authority', 'keyless-v2-bundle', 'timestampAuthorities'],
  ])('is rejected (CVE-2026-54787): %s', async (...[, folder, kind]) => {
    const root: Record<string, Authority[]> = JSON.parse(CAPTURED_ROOT.toString());
    for (const authority of root[kind] ?? []) {
      if (kind.endsWith('logs')) authority.publicKey.validFor = period;
      else authority.validFor = period;
    }
    expect((await verify(folder, policyOf(keyless()))).signedAt).toMatch(SIGNED);
    const roots = { captured: Buffer.from(JSON.stringify(root)) };
    const { verdict, reason } = await verify(folder, policyOf(keyless()), roots);
    expect({ verdict, reason }).toEqual({ verdict: 'rejected', reason: 'broken-signature' });
  });
});

describe('a key alone', () => {
  it('needs no trusted root where log and timestamps are not asked for', async () => {
    const policy = policyOf(keyRule('cosign'));
    expect((await verify('api-bundle', policy, {})).verdict).toBe('verified');
    const logged = { ...policy, unsafeIgnoreTransparencyLog: false };
    expect((await verify('api-bundle', logged, {})).reason).toBe('trust-root-unavailable');
  });

  it('bears the hash of the root that its policy names, so that the verdict stays good', async () => {
    const verifier = verifierOf('api-bundle');
    const policy = policyOf(keyRule('cosign'));
    const { trustRootHash } = await verifier.verify(REPOSITORY, IMAGE, policy, 'hash');
    expect(trustRootHash).toBe(await verifier.trustRootHash(policy.trustRoot));
    expect(trustRootHash).not.toBe('');
  });

  it('needs no trusted root that can be read either', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'api-bundle'));
    const read = () => Promise.reject(new Error('the disk is gone'));
    const verifier = createVerifier({ registry, trustRoots: { read }, now });
    const found = await verifier.verify(REPOSITORY, IMAGE, policyOf(keyRule('cosign')), 'hash');
    expect(found).toMatchObject({ verdict: 'verified', trustRootHash: '' });
  });
});

describe('a policy without a signer', () => {
  it('accepts nobody', async () => {
    const policy = policyOf(keyless(), { signedBy: [] });
    expect((await verify('keyless-v1-bundle', policy)).verdict).toBe('rejected');
  });
});

describe('any of several signers', () => {
  it('is enough, and only the one that matches is named', async () => {
    const policy = policyOf(keyless(), {
      signedBy: [keyRule('other'), keyless('nobody@example.com'), keyless()],
    });
    const { verdict, signers } = await verify('keyless-v1-bundle', policy);
    expect(verdict).toBe('verified');
    expect(signers).toMatchObject([{ label: WORKFLOW, issuer: GITHUB }]);
  });
});

describe('patterns', () => {
  const rule = (identity: string, issuer: string): KeylessRule => ({
    ...keyless(),
    identity: { regExp: identity },
    issuer: { regExp: issuer },
  });

  it.each([
    ['^https://github\\.com/acme/app/.+@refs/heads/main$', '^https://token\\.', 'verified'],
    ['^https://github\\.com/acme/other/.+$', '^https://token\\.', 'rejected'],
    ['^https://github\\.com/acme/app/.+@refs/heads/main$', '^https://accounts\\.', 'rejected'],
    ['@refs/heads/main', 'actions', 'verified'],
  ])('are RE2, both must match (CVE-2025-29778): %s by %s', async (identity, issuer, verdict) => {
    for (const folder of ['keyless-v1-bundle', 'keyless-v1-legacy']) {
      expect((await verify(folder, policyOf(rule(identity, issuer)))).verdict).toBe(verdict);
    }
  });
});

describe('the extensions of a workflow', () => {
  const rule = (workflow: WorkflowRule) => ({ ...keyless(), workflow });

  it.each([
    [
      {
        repository: 'acme/app',
        trigger: 'push',
        name: 'release',
        ref: 'refs/heads/main',
        sha: '0'.repeat(40),
      },
      'verified',
    ],
    [{ repository: 'acme/application' }, 'rejected'],
    [{ repository: 'acme' }, 'rejected'],
    [{ trigger: 'pull_request' }, 'rejected'],
    [{ name: 'Release' }, 'rejected'],
    [{ ref: 'refs/heads/ma' }, 'rejected'],
    [{ sha: '1'.repeat(40) }, 'rejected'],
  ])('must be exactly the wanted ones: %j', async (workflow, verdict) => {
    for (const folder of ['keyless-v1-bundle', 'keyless-v1-legacy']) {
      expect((await verify(folder, policyOf(rule(workflow)))).verdict).toBe(verdict);
    }
  });
});

describe('when something breaks', () => {
  it('is never verified, whatever throws in the registry', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'keyless-v1-bundle'));
    registry.listReferrers = () => {
      throw undefined;
    };
    registry.getManifest = () => {
      throw new TypeError('undefined is not a function');
    };
    const verifier = createVerifier({
      registry,
      trustRoots: rootsOf({ captured: CAPTURED_ROOT }),
      now,
    });
    const { verdict } = await verifier.verify(REPOSITORY, IMAGE, policyOf(keyless()), 'hash');
    expect(verdict).toBe('inconclusive');
  });

  it('is our failure, not a verdict about the image', async () => {
    const registry = MemoryRegistry.load(join(CAPTURED, 'keyless-v1-bundle'));
    const verifier = createVerifier({
      registry,
      trustRoots: rootsOf({ captured: CAPTURED_ROOT }),
      now: () => {
        throw new Error('the clock has stopped');
      },
    });
    expect(await verifier.verify(REPOSITORY, IMAGE, policyOf(keyless()), 'hash')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'verifier-failed',
      detail: 'the clock has stopped',
    });
  });
});

describe('the hash of a trusted root', () => {
  it('is of its bytes, and absent without it', async () => {
    const verifier = verifierOf('api-bundle');
    expect(await verifier.trustRootHash('captured')).toBe(CAPTURED_ROOT_HASH);
    expect(await verifier.trustRootHash('public-good')).toBeUndefined();
  });
});

describe('the version', () => {
  it('names the library that is installed', () => {
    const entry = createRequire(import.meta.url).resolve('@sigstore/verify');
    const { version } = JSON.parse(readFileSync(join(entry, '../../package.json'), 'utf8'));
    expect(VERIFIER).toContain(`@sigstore/verify/${version}`);
  });
});
