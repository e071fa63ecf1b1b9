import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { timestamp } from '../../support/sigstore/services.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

const START = Date.parse('2031-01-01T00:00:00Z');
/** A clock that a test moves. */
let clock = START;
let sigstore: SigstoreDouble;

beforeAll(async () => {
  sigstore = await startSigstore({ now: () => new Date(clock) });
});
afterAll(() => sigstore.close());

async function signedAt(bench: Bench, registry: MemoryRegistry, policy: Policy): Promise<unknown> {
  const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots, now: sigstore.now });
  return (await verifier.verify(REPOSITORY, bench.digest, policy, 'hash')).signedAt;
}

it('is the earliest of the times at which the signature provably existed', async () => {
  const registry = new MemoryRegistry();
  const bench = new Bench(sigstore, registry);
  await bench.image('v1');
  const bundle = await bench.bundle();
  clock += 60_000;
  const signature = Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
  const stamp = (await timestamp(sigstore.url, signature)).toString('base64');
  const rfc3161Timestamps = [{ signedTimestamp: stamp }];
  bundle.verificationMaterial.timestampVerificationData = { rfc3161Timestamps };
  await bench.attach(bundle);
  const wanted = policyOf(keyless(IDENTITY, ISSUER), { useSignedTimestamps: true });
  expect(await signedAt(bench, registry, wanted)).toBe('2031-01-01T00:00:00.000Z');
});

it('is the newest of the signatures that match', async () => {
  const registry = new MemoryRegistry();
  const bench = new Bench(sigstore, registry);
  await bench.image('v2');
  await bench.attach(await bench.bundle());
  clock += 3_600_000;
  await bench.attach(await bench.bundle());
  const wanted = policyOf(keyless(IDENTITY, ISSUER));
  expect(await signedAt(bench, registry, wanted)).toBe(new Date(clock).toISOString());
});

it('is unknown of a key whose use nobody recorded', async () => {
  const registry = new MemoryRegistry();
  const bench = new Bench(sigstore, registry);
  await bench.image('v3');
  await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none' }));
  expect(await signedAt(bench, registry, policyOf(ruleOfPem(bench.key.pem)))).toBeUndefined();
});
