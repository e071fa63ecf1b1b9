import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from '../../../lambda/adapters/registry/index.ts';
import { attachedTo, createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { pushImage, type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import {
  attest,
  type SigstoreDouble,
  signKeyless,
  signWithKey,
  startSigstore,
} from '../../support/sigstore/index.ts';
import { GITHUB, keyless, policyOf, rootsOf, ruleOfPem, WORKFLOW } from './policies.ts';

/** A clock far from the real one: every certificate, entry and timestamp is of it. */
const now = () => new Date('2041-05-06T07:08:09Z');
const REPOSITORY = 'acme/app';
const SIGNER = { identity: WORKFLOW, issuer: GITHUB };

let sigstore: SigstoreDouble;
const registries: Record<string, RegistryDouble> = {};

beforeAll(async () => {
  sigstore = await startSigstore({ now });
  registries.api = await startRegistry({ referrers: true });
  registries.tag = await startRegistry({ referrers: false });
});
afterAll(async () => {
  await Promise.all([sigstore, ...Object.values(registries)].map((double) => double.close()));
});

function registryWith(referrers: 'api' | 'tag'): RegistryDouble {
  const registry = registries[referrers];
  if (registry === undefined) throw new Error('the registries are not started');
  return registry;
}

async function withClient<T>(
  { host }: RegistryDouble,
  use: (
    client: ReturnType<typeof createRegistryClient>,
    repository: { registry: string; repository: string },
  ) => Promise<T>,
): Promise<T> {
  const client = createRegistryClient({ allowLoopback: true, now: () => now().getTime() });
  try {
    return await use(client, { registry: host, repository: REPOSITORY });
  } finally {
    await client.close();
  }
}

function verify(registry: RegistryDouble, digest: Digest, policy: Policy) {
  return withClient(registry, (client, repository) => {
    const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
    const verifier = createVerifier({ registry: client, trustRoots, now });
    return verifier.verify(repository, digest, policy, 'hash');
  });
}

describe.each(['api', 'tag'] as const)('over HTTP, referrers by %s', (referrers) => {
  it.each([
    ['bundle', 'v1'],
    ['bundle', 'v2'],
    ['legacy', 'v1'],
  ] as const)('verifies what a certificate signed: %s, Rekor %s', async (format, rekor) => {
    const registry = registryWith(referrers);
    const { digest } = pushImage(registry, REPOSITORY, 'v1', { content: `${format} ${rekor}` });
    const target = { registryHost: registry.host, repository: REPOSITORY, digest, referrers };
    expect((await verify(registry, digest, policyOf(keyless()))).verdict).toBe('unsigned');
    await signKeyless(sigstore, { ...target, ...SIGNER, format, rekor });
    const verification = await verify(registry, digest, policyOf(keyless()));
    expect(verification).toMatchObject({
      verdict: 'verified',
      signedAt: '2041-05-06T07:08:09.000Z',
    });
    const stranger = policyOf(keyless('mallory@example.com'));
    expect((await verify(registry, digest, stranger)).reason).toBe('other-signer');
  });

  it.each(['bundle', 'legacy'] as const)('verifies what a key signed: %s', async (format) => {
    const registry = registryWith(referrers);
    const { digest } = pushImage(registry, REPOSITORY, 'v1', { content: `key ${format}` });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const target = { registryHost: registry.host, repository: REPOSITORY, digest, referrers };
    await signWithKey(sigstore, { ...target, key: privateKey, format });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const policy = policyOf(ruleOfPem(pem), { unsafeIgnoreTransparencyLog: false });
    expect((await verify(registry, digest, policy)).verdict).toBe('verified');
  });

  it('verifies attestations, and lists them', async () => {
    const registry = registryWith(referrers);
    const { digest } = pushImage(registry, REPOSITORY, 'v1', { content: 'attested' });
    const target = {
      registryHost: registry.host,
      repository: REPOSITORY,
      digest,
      referrers,
      ...SIGNER,
    };
    const predicateType = 'https://slsa.dev/provenance/v1';
    await signKeyless(sigstore, target);
    await attest(sigstore, { ...target, predicateType, predicate: { level: 3 } });
    await attest(sigstore, { ...target, predicateType, predicate: {}, format: 'legacy' });
    const attestations = [{ predicateType, signedBy: [], where: { '$.predicate.level': 3 } }];
    const policy = policyOf(keyless(), { attestations });
    expect((await verify(registry, digest, policy)).verdict).toBe('verified');
    const { things } = await withClient(registry, (client, repository) =>
      attachedTo(client, repository, digest),
    );
    expect(things.map(({ via, kinds }) => `${via} ${kinds}`).sort()).toEqual(
      [
        'att slsa-provenance',
        `${referrers} cosign-signature`,
        `${referrers} slsa-provenance`,
      ].sort(),
    );
  });
});
