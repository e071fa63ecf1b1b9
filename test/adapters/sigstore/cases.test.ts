import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { CASES, KEYLESS, type Terms } from '../../support/sigstore/cases/index.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

let sigstore: SigstoreDouble;

beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

function policyFor({ key }: Bench, terms: Terms, mode: Policy['mode']): Policy {
  const rule =
    terms.by === 'key' ? ruleOfPem(key.pem, terms.digestAlgorithm) : keyless(IDENTITY, ISSUER);
  return policyOf(rule, {
    mode,
    trustRoot: 'private',
    unsafeIgnoreTransparencyLog: terms.ignoreTlog ?? false,
    useSignedTimestamps: terms.useSignedTimestamps ?? false,
    annotations: terms.annotations ?? {},
  });
}

function summary({ verdict, reason }: Verification): string {
  return reason === undefined ? verdict : `${verdict} ${reason}`;
}

describe.each(Object.entries(CASES))('%s', (_area, cases) => {
  it.each(cases)('$name', async ({ build, terms = KEYLESS, ...expected }) => {
    const registry = new MemoryRegistry();
    const bench = new Bench(sigstore, registry);
    const digest = await bench.image('v1');
    await build(bench);
    const { now } = sigstore;
    const trustRoots = rootsOf({ private: bench.trustedRoot() });
    const verifier = createVerifier({ registry, trustRoots, now });
    const verify = (mode: Policy['mode']) =>
      verifier.verify(REPOSITORY, digest, policyFor(bench, terms, mode), 'hash');
    const asCosign = await verify('cosign');
    const asWatch = await verify('signature');
    const said = [asWatch.detail, ...asWatch.candidates.map(({ problem }) => problem)].join('\n');
    expect({ exit: asCosign.cosignExit, signature: summary(asWatch), said }).toEqual({
      exit: expected.ours ?? expected.cosign,
      signature: expected.signature,
      said: expect.stringContaining(expected.problem ?? ''),
    });
  });
});
