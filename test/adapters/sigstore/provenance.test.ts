import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { AttestationRule } from '../../../lambda/domain/policy.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import type { Signer } from '../../support/sigstore/signer.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

const PROVENANCE = join(import.meta.dirname, '../../fixtures/provenance');
const SLSA = 'https://slsa.dev/provenance/v1';
const SPDX = 'https://spdx.dev/Document';

let sigstore: SigstoreDouble;
let registry: MemoryRegistry;
let bench: Bench;

beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

/** A signed image. */
beforeEach(async () => {
  registry = new MemoryRegistry();
  bench = new Bench(sigstore, registry);
  await bench.image('v1');
  await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none' }));
});

async function attest(
  type: string,
  predicate: unknown = {},
  signer: Signer = bench.key,
): Promise<void> {
  const content = bench.statement(bench.digest, type, predicate);
  await bench.attach(await bench.bundle({ signer, recorded: 'none', content }));
}

function rule(changes: Partial<AttestationRule> = {}): AttestationRule {
  return { predicateType: SLSA, signedBy: [], where: {}, ...changes };
}

function verification(rules: readonly AttestationRule[]): Promise<Verification> {
  const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots, now: sigstore.now });
  const policy = policyOf(ruleOfPem(bench.key.pem), { attestations: rules });
  return verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
}

async function verify(...parameters: Parameters<typeof verification>): Promise<string> {
  const { verdict, reason } = await verification(...parameters);
  return reason === undefined ? verdict : `${verdict} ${reason}`;
}

const MISSING = 'unsigned attestation-missing';
const REJECTED = 'rejected attestation-rejected';

type Provenance = [
  version: string,
  where: AttestationRule['where'],
  changes: [from: string, to: string][],
];

/** What people gate on, in the two versions of SLSA provenance that generators write. */
describe.each([
  [
    'v0.2',
    {
      '$.predicate.builder.id': {
        matches:
          'https://github\\.com/slsa-framework/slsa-github-generator/\\.github/workflows/generator_container_slsa3\\.yml@refs/tags/v2\\..+',
      },
      '$.predicate.invocation.configSource.uri': {
        matches: 'git\\+https://github\\.com/acme/app@refs/tags/v.+',
      },
    },
    [
      ['refs/tags/v2.1.0', 'refs/heads/main'],
      ['git+https://github.com/acme/app@', 'git+https://github.com/acme/app-evil@'],
      ['git+https://github.com/acme/app@', 'git+https://evil.example/github.com/acme/app@'],
      ['app@refs/tags/v1.4.2', 'app@refs/heads/refs/tags/v1.4.2'],
    ],
  ],
  [
    'v1',
    {
      '$.predicate.runDetails.builder.id': {
        matches: 'https://github\\.com/acme/app/\\.github/workflows/release\\.yml@refs/tags/v.+',
      },
      '$.predicate.buildDefinition.externalParameters.workflow.repository':
        'https://github.com/acme/app',
      '$.predicate.buildDefinition.externalParameters.workflow.ref': { matches: 'refs/tags/v.+' },
    },
    [
      ['release.yml@refs/tags', 'release.yml@refs/heads'],
      ['"repository":"https://github.com/acme/app"', '"repository":"https://github.com/acme/app2"'],
      [
        '"repository":"https://github.com/acme/app"',
        '"repository":["https://github.com/acme/app"]',
      ],
      ['"repository":', '"Repository":'],
      ['"ref":"refs/tags/v1.4.2"', '"ref":"refs/heads/main"'],
      ['"ref":"refs/tags/v1.4.2"', '"ref":null'],
    ],
  ],
] satisfies Provenance[])('SLSA provenance %s', (version, where, changes) => {
  const type = `https://slsa.dev/provenance/${version}`;
  const text = JSON.stringify(
    JSON.parse(readFileSync(join(PROVENANCE, `slsa-${version}.json`), 'utf8')),
  );
  const own = rule({ predicateType: type, where });

  it('meets conditions on builder, source repository and ref', async () => {
    await attest(type, JSON.parse(text));
    expect(await verify([own])).toBe('verified');
  });

  it.each(changes)('does not meet them with %s made %s', async (from, to) => {
    expect(text).toContain(from);
    await attest(type, JSON.parse(text.replace(from, to)));
    expect(await verify([own])).toBe(REJECTED);
  });

  it('does not meet them by somebody else', async () => {
    await attest(type, JSON.parse(text), bench.otherKey);
    expect(await verify([own])).toBe(MISSING);
  });

  it('may be by any of several signers', async () => {
    await attest(type, JSON.parse(text), bench.otherKey);
    const signedBy = [keyless(IDENTITY, ISSUER), ruleOfPem(bench.otherKey.pem)];
    expect(await verify([{ ...own, signedBy }])).toBe('verified');
  });
});

describe('a refusal for want of an attestation', () => {
  it('lists every one of the type, and why it does not do', async () => {
    await attest(SLSA, { level: 2 });
    await attest(SLSA, { level: 3 }, bench.otherKey);
    await attest(SPDX);
    const { candidates, detail } = await verification([
      rule({ where: { '$.predicate.level': 3 } }),
    ]);
    const tried = candidates.filter(({ predicateType }) => predicateType === SLSA);
    expect(tried.map(({ outcome, problem }) => `${outcome}: ${problem}`).sort()).toEqual([
      'broken: $.predicate.level is 2, wanted 3',
      expect.stringMatching(
        /^other: signed with a key with hint "[^"]+"; wanted key sha256:[0-9a-f]{64} \(test\.pub\)$/,
      ),
    ]);
    expect(detail).toBe(`attestation ${SLSA}: $.predicate.level is 2, wanted 3`);
  });

  it('lists what is at the tag and cannot be read', async () => {
    const blob = Buffer.from('junk');
    const annotations = { 'dev.cosignproject.cosign/signature': '' };
    await bench.attachLayers([{ blob, mediaType: 'text/plain', annotations }], 'att');
    const { candidates, verdict } = await verification([rule()]);
    expect(verdict).toBe('unsigned');
    expect(candidates).toContainEqual(
      expect.objectContaining({ outcome: 'other', problem: 'envelope is not JSON in UTF-8' }),
    );
  });
});
