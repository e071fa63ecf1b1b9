import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import { Bench } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { keySigner } from '../../support/sigstore/signer.ts';
import { policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

let sigstore: SigstoreDouble;

beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

/** Signs with SHA-256 where the key has no hash of its own. */
async function verdictOf({ privateKey, publicKey }: KeyPairKeyObjectResult): Promise<string> {
  const registry = new MemoryRegistry();
  const bench = new Bench(sigstore, registry);
  const digest = await bench.image('v1');
  await bench.attach(await bench.bundle({ signer: keySigner(privateKey), recorded: 'none' }));
  const verifier = createVerifier({ registry, trustRoots: rootsOf({}), now: sigstore.now });
  const rule = ruleOfPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const { verdict, detail } = await verifier.verify(REPOSITORY, digest, policyOf(rule), 'hash');
  return detail === undefined ? verdict : `${verdict}: ${detail}`;
}

describe('a key of any type that cosign knows', () => {
  it.each([
    ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['G13: Ed25519', () => generateKeyPairSync('ed25519')],
  ])('verifies: %s', async (...[, generate]) => {
    expect(await verdictOf(generate())).toBe('verified');
  });
});

describe('a key of another type', () => {
  it('is refused in words', async () => {
    const keys = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    expect(await verdictOf(keys)).toBe('rejected: keys of type rsa-pss are not supported');
  });
});
