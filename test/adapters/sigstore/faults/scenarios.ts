import type { AttestationRule, Policy } from '../../../../lambda/domain/policy.ts';
import { DAY, timestampOf } from '../../../../lambda/domain/time.ts';
import { type Bench, IDENTITY, ISSUER } from '../../../support/sigstore/bench.ts';
import { CASES, KEYLESS, type Terms } from '../../../support/sigstore/cases/index.ts';
import { VECTORS } from '../../../support/sigstore/conformance/index.ts';
import type { SigstoreDouble } from '../../../support/sigstore/index.ts';
import { makeAttestationLayer } from '../../../support/sigstore/legacy.ts';
import { inToto001 } from '../../../support/sigstore/log-requests.ts';
import { TimestampAuthority } from '../../../support/sigstore/timestamp-authority.ts';
import { keyless, policyOf, ruleOfPem } from '../policies.ts';
import { ODD } from './odd.ts';
import { byKey, ofFile, ofImage, type Scenario } from './scenario.ts';

const SLSA = 'https://slsa.dev/provenance/v0.2';
const WANTED: AttestationRule = {
  predicateType: SLSA,
  signedBy: [],
  where: { '$.predicate.buildType': 'test', '$.predicate.n': { matches: '1.*' } },
};
const UNLOGGED = { recorded: 'none' } as const;

/** All states of a registry that there are. */
const OF_CASES: readonly Scenario[] = Object.values(CASES)
  .flat()
  .map(({ name, build, terms = KEYLESS }, index) => ({
    name,
    make: ofImage({
      build,
      policy: (bench) => policyFor(bench, terms, index % 4 === 0 ? 'signature' : 'cosign'),
    }),
  }));

const OF_ATTESTATIONS: readonly Scenario[] = [
  {
    name: 'an attestation that a policy wants',
    isWhole: true,
    make: ofImage({ build: attested, policy: attestedByKey }),
  },
  {
    name: 'an attestation that a policy wants, and nobody can fetch',
    make: ofImage({
      build: async (bench, registry) => {
        await bench.attach(await bench.bundle({ signer: bench.key, ...UNLOGGED }));
        await attested(bench);
        const [, , last] = registry.referrers.get(bench.digest) ?? [];
        registry.manifests.delete(last ?? '');
      },
      policy: attestedByKey,
    }),
  },
  {
    name: 'an attestation that somebody asks for',
    make: ofImage({ build: attestation, policy: byKey, type: 'slsaprovenance' }),
  },
  {
    name: 'an attestation of another type than somebody asks for',
    make: ofImage({ build: attested, policy: byKey, type: 'spdx' }),
  },
  {
    name: 'an attestation of somebody else',
    make: ofImage({
      build: async (bench) => {
        const content = bench.statement(bench.digest, SLSA, {});
        await bench.attach(await bench.bundle({ signer: bench.otherKey, ...UNLOGGED, content }));
      },
      policy: byKey,
      type: 'slsaprovenance',
    }),
  },
  {
    name: 'an attestation that nobody can read, and none that is there',
    make: ofImage({
      build: async (bench) => bench.attach(Buffer.from('{')),
      policy: byKey,
      type: 'slsaprovenance',
    }),
  },
  {
    name: 'a legacy attestation that somebody asks for',
    make: ofImage({ build: attestedOnce, type: 'slsaprovenance' }),
  },
];

const OF_ROOTS: readonly Scenario[] = [
  ...(['tlogs', 'ctlogs', 'timestampAuthorities'] as const).map((part) => ({
    name: `an outdated root without its ${part}`,
    make: ofImage({
      build: async (bench) => {
        await bench.attach(await bench.bundle({ recorded: 'v2' }));
        bench.trust((root) => void root[part].splice(0, 2));
      },
      roots: outdated,
    }),
  })),
  {
    name: 'an outdated root with another timestamp authority',
    make: ofImage({
      build: async (bench) => {
        await bench.attach(await bench.bundle({ recorded: 'v2' }));
        const { now } = bench.sigstore;
        const [start, end] = [-DAY, DAY].map((by) => new Date(now().getTime() + by));
        const { chain } = new TimestampAuthority(start as Date, end as Date, now);
        const certificates = chain.map((bytes) => ({ rawBytes: bytes.toString('base64') }));
        bench.trust((root) => {
          for (const { certChain } of root.timestampAuthorities)
            Object.assign(certChain, { certificates });
        });
      },
      roots: outdated,
    }),
  },
  {
    name: 'an outdated root, and an attestation',
    make: ofImage({
      build: async (bench) => {
        await bench.attach(await bench.bundle());
        const content = bench.statement(bench.digest, SLSA, { buildType: 'test', n: '1' });
        await bench.attach(await bench.bundle({ content, recorded: 'v2' }));
        bench.trust((root) => void root.tlogs.pop());
      },
      policy: () =>
        policyOf(keyless(IDENTITY, ISSUER), { trustRoot: 'private', attestations: [WANTED] }),
      roots: outdated,
    }),
  },
  {
    name: 'no root',
    make: ofImage({
      build: async (bench) => bench.attach(await bench.bundle()),
      roots: () => ({ read: async () => undefined }),
    }),
  },
];

/** Files, given themselves or by their digests. */
const OF_FILES: readonly Scenario[] = VECTORS.map(({ name, build }, index) => ({
  name,
  make: ofFile(build, index % 2 === 0 ? 'bytes' : 'digest'),
}));

export const SCENARIOS: readonly Scenario[] = [
  ...OF_CASES,
  ...OF_ATTESTATIONS,
  ...OF_ROOTS,
  ...OF_FILES,
  ...ODD,
];

function policyFor({ key }: Bench, terms: Terms, mode: Policy['mode']): Policy {
  const { by, digestAlgorithm, ignoreTlog, useSignedTimestamps, annotations } = terms;
  const rule = by === 'key' ? ruleOfPem(key.pem, digestAlgorithm) : keyless(IDENTITY, ISSUER);
  return policyOf(rule, {
    mode,
    trustRoot: 'private',
    unsafeIgnoreTransparencyLog: ignoreTlog ?? false,
    useSignedTimestamps: useSignedTimestamps ?? false,
    annotations: annotations ?? {},
  });
}

function attestedByKey({ key }: Bench): Policy {
  return policyOf(ruleOfPem(key.pem), { attestations: [WANTED] });
}

async function attested(bench: Bench): Promise<void> {
  await bench.attach(await bench.bundle({ signer: bench.key, ...UNLOGGED }));
  await attestation(bench);
}

async function attestation(bench: Bench): Promise<void> {
  const content = bench.statement(bench.digest, SLSA, {
    ...{ buildType: 'test', n: '1', builder: { id: 'x' }, materials: [{ uri: 'x', digest: {} }] },
    metadata: { reproducible: false, buildStartedOn: '2026-01-01T00:00:00Z' },
  });
  await bench.attach(await bench.bundle({ signer: bench.key, ...UNLOGGED, content }));
}

async function attestedOnce(bench: Bench): Promise<void> {
  const signer = await bench.someone();
  const statement = bench.statement(bench.digest, SLSA, {});
  const options = { recorded: 'v1', timestamped: false } as const;
  const layer = await makeAttestationLayer(
    ...([bench.sigstore, signer, statement, SLSA, options, inToto001] as const),
  );
  await bench.attachLayers([layer], 'att');
}

function outdated({ now }: SigstoreDouble) {
  return { refreshedAt: async () => timestampOf(now().getTime() - 40 * DAY) };
}
