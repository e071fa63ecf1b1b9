import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { KeylessRule, Policy } from '../../../lambda/domain/policy.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

let sigstore: SigstoreDouble;
let registry: MemoryRegistry;
let bench: Bench;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());
beforeEach(async () => {
  registry = new MemoryRegistry();
  bench = new Bench(sigstore, registry);
  await bench.image('v1');
});

const good = () => bench.bundle({ signer: bench.key, recorded: 'none' });
const foreign = () => bench.bundle({ signer: bench.otherKey, recorded: 'none' });
const PATTERN: KeylessRule = {
  kind: 'keyless',
  identity: { regExp: 'acme' },
  issuer: { exact: 'https://issuer.example' },
};

interface Situation {
  readonly attach: () => Promise<void>;
  readonly rule?: KeylessRule;
}

/** By finding: what somebody attached, and under which signer. */
const SITUATIONS = {
  'attestation-as-signature': {
    attach: async () => {
      const content = bench.statement(bench.digest, 'https://slsa.dev/provenance/v1');
      await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none', content }));
    },
  },
  'shadowed-legacy-signature': {
    attach: async () => {
      await bench.attachLayers([await bench.layer({ signer: bench.key, recorded: 'none' })]);
      await bench.attach(await foreign());
    },
  },
  'unanchored-pattern': { attach: async () => {}, rule: PATTERN },
  'key-without-transparency-log': {
    attach: async () => {
      await bench.attach(await good());
    },
  },
  'match-on-later-page': {
    attach: async () => {
      await bench.attach(await foreign());
      await bench.attach(await good());
      const listing = { ...(await registry.listReferrers(REPOSITORY, bench.digest)), firstPage: 1 };
      registry.overrides.set(`referrers ${bench.digest}`, () => listing);
    },
  },
} satisfies Record<string, Situation>;
type Code = keyof typeof SITUATIONS;

function judge(code: Code, mode: Policy['mode']): Promise<Verification> {
  const { rule }: Situation = SITUATIONS[code];
  const roots = rootsOf(rule === undefined ? {} : { captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots: roots, now: sigstore.now });
  const policy = policyOf(rule ?? ruleOfPem(bench.key.pem), { mode });
  return verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
}

describe('each finding, in both modes', () => {
  it.each<[code: Code, mode: Policy['mode'], verdict: string, there: boolean]>([
    ['attestation-as-signature', 'cosign', 'verified', true],
    // A watch does not take an attestation for a signature: nothing is verified to be found odd.
    ['attestation-as-signature', 'signature', 'unsigned', false],
    // cosign looks at the bundle alone, and refuses: the shadow is why, and is no finding of a match.
    ['shadowed-legacy-signature', 'cosign', 'rejected', false],
    ['shadowed-legacy-signature', 'signature', 'verified', true],
    ['unanchored-pattern', 'cosign', 'unsigned', true],
    ['unanchored-pattern', 'signature', 'unsigned', true],
    ['key-without-transparency-log', 'cosign', 'verified', true],
    ['key-without-transparency-log', 'signature', 'verified', true],
    ['match-on-later-page', 'cosign', 'verified', true],
    ['match-on-later-page', 'signature', 'verified', true],
  ])('%s in mode %s: %s, found: %s', async (code, mode, verdict, there) => {
    await SITUATIONS[code].attach();
    const found = await judge(code, mode);
    const codes = found.findings.map((finding) => finding.code);
    expect({ verdict: found.verdict, there: codes.includes(code) }).toEqual({ verdict, there });
  });

  it('never changes a verdict, and says what it means', async () => {
    await SITUATIONS['match-on-later-page'].attach();
    const { findings } = await judge('match-on-later-page', 'signature');
    for (const { message } of findings) expect(message).toMatch(/^\S.{20,}/);
  });
});
