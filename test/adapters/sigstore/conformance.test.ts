import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFileVerifier } from '../../../lambda/adapters/sigstore/file-verifier.ts';
import { digestOf } from '../../../lambda/domain/digest.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import {
  FileBench,
  shallVerify,
  VECTORS,
  type VectorFiles,
} from '../../support/sigstore/conformance/index.ts';
import { keyless, policyOf, rootsOf, ruleOfPem } from './policies.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.start();
});
afterAll(() => bench.close());

function verify(
  { bundle, file = bench.file, root = bench.root(), key }: VectorFiles,
  byDigest = false,
) {
  const verifier = createFileVerifier(rootsOf({ given: root }), () => new Date());
  const rule = key === undefined ? keyless(IDENTITY, ISSUER) : ruleOfPem(key);
  const policy = policyOf(rule, { trustRoot: 'given', unsafeIgnoreTransparencyLog: false });
  const bytes = bundle instanceof Buffer ? bundle : Buffer.from(JSON.stringify(bundle));
  const artifact = byDigest ? { digest: digestOf(file) } : { bytes: file };
  return verifier.verifyFile(bytes, artifact, policy, 'hash');
}

const verdictOf = ({ verdict }: Verification) => (verdict === 'verified' ? 'verified' : 'refused');

/** Of one the command line is wrong, which is not for the verifier to say. */
const OF_BUNDLES = VECTORS.filter(({ name }) => name !== 'managed-key-and-client-identity_fail');

describe("Sigstore's conformance suite", () => {
  it('is here with all of its names', () => {
    expect(VECTORS.length).toBe(82);
    expect(new Set(VECTORS.map(({ name }) => name)).size).toBe(82);
  });

  it.each(OF_BUNDLES)('$name', async (vector) => {
    const files = await vector.build(bench);
    const expected = shallVerify(vector) ? 'verified' : 'refused';
    const found = await verify(files);
    expect([verdictOf(found), found.detail ?? '']).toEqual([
      expected,
      expected === 'verified' ? '' : expect.any(String),
    ]);
    expect(verdictOf(await verify(files, true))).toBe(expected);
  });
});
