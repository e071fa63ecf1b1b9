import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { predicateTypeOf } from '../../../lambda/domain/predicate-type.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { COSIGN_SIGN } from '../../support/sigstore/bundle.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import {
  type LegacyLayer,
  makeAttestationLayer,
  stampAnnotation,
} from '../../support/sigstore/legacy.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import type { Signer } from '../../support/sigstore/signer.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

const SLSA = 'https://slsa.dev/provenance/v0.2';
const SPDX = 'https://spdx.dev/Document';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const UNLOGGED = { recorded: 'none', timestamped: false } as const;

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

interface Made {
  readonly signer?: Signer;
  readonly predicate?: unknown;
  readonly digest?: Bench['digest'];
  readonly annotated?: string;
}

async function bundle(type: string, made: Made = {}): Promise<void> {
  const { signer = bench.key, predicate = {}, digest = bench.digest, annotated = type } = made;
  const content = bench.statement(digest, type, predicate);
  const annotations = { 'dev.sigstore.bundle.predicateType': annotated };
  await bench.attach(await bench.bundle({ signer, recorded: 'none', content }), { annotations });
}

function layer(type: string, made: Made = {}): Promise<LegacyLayer> {
  const { signer = bench.key, predicate = {}, digest = bench.digest, annotated = type } = made;
  const statement = bench.statement(digest, type, predicate);
  return makeAttestationLayer(sigstore, signer, statement, annotated, UNLOGGED);
}

function find(type: string, changes: Partial<Policy> = {}): Promise<Verification> {
  const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots, now: sigstore.now });
  const policy = policyOf(ruleOfPem(bench.key.pem), { mode: 'cosign', ...changes });
  const wanted = { name: type, predicateType: predicateTypeOf(type) ?? type };
  return verifier.verifyAttestation(REPOSITORY, bench.digest, policy, 'hash', wanted);
}

async function said(...parameters: Parameters<typeof find>): Promise<string> {
  const { verdict, reason, cosignExit } = await find(...parameters);
  return `${[verdict, reason].filter(Boolean).join(' ')} ${cosignExit}`;
}

const MISSING = 'unsigned attestation-missing 1';
const REJECTED = 'rejected attestation-rejected 1';
const BY_OTHER = 'rejected other-signer 1';

describe.each([
  ['bundles', (type: string, made?: Made) => bundle(type, made)],
  [
    'legacy layers',
    async (type: string, made?: Made) => bench.attachLayers([await layer(type, made)], 'att'),
  ],
])('verifyAttestation, of %s', (_format, attest) => {
  it('finds one of the type', async () => {
    await attest(SLSA);
    expect(await said(SLSA)).toBe('verified 0');
    expect(await said('slsaprovenance')).toBe('verified 0');
  });

  it('does not find one of another type (CVE-2022-35929), and says what it found', async () => {
    await attest(SPDX);
    expect(await said(SLSA)).toBe(MISSING);
    const { candidates, detail, signers } = await find(SLSA);
    expect(candidates).toMatchObject([{ outcome: 'other', predicateType: SPDX }]);
    expect(candidates[0]?.problem).toBe(`verified, and of type "${SPDX}"; wanted type "${SLSA}"`);
    expect(detail).toContain(`found "${SPDX}"; wanted type "${SLSA}" by key sha256:`);
    expect(signers).toEqual([]);
  });

  it('does not believe an annotation (CVE-2026-39395)', async () => {
    await attest(SPDX, { annotated: SLSA });
    expect(await said(SLSA)).toBe(MISSING);
    expect(await said(SPDX)).toBe('verified 0');
  });

  it('does not find one by another signer', async () => {
    await attest(SLSA, { signer: bench.otherKey });
    expect(await said(SLSA)).toBe(BY_OTHER);
  });

  it('does not take one by another signer and of another type for the wanted one', async () => {
    await attest(SPDX, { signer: bench.otherKey });
    expect(await said(SLSA)).toBe(MISSING);
  });

  it('does not find one about another image', async () => {
    await attest(SLSA, { digest: bench.otherDigest });
    expect(await said(SLSA)).toBe(REJECTED);
  });

  it('gives up where cosign does: a predicate that does not decode', async () => {
    await attest(SLSA, { predicate: { builder: 'me' } });
    expect(await said('slsaprovenance')).toBe(REJECTED);
    expect((await find('slsaprovenance')).detail).toContain('$.predicate.builder is no object');
    expect(await said(SLSA)).toBe('verified 0');
  });
});

describe('verifyAttestation', () => {
  it('gives up also when a good one lies beside it', async () => {
    await bundle(SLSA);
    await bundle(SLSA, { predicate: { builder: 'me' } });
    expect(await said('slsaprovenance')).toBe(REJECTED);
  });

  it('gives up at an envelope whose payload cosign will not find, whatever its type', async () => {
    const odd = await layer(SPDX);
    const blob = Buffer.from(odd.blob.toString().replace('"payload"', '"Payload"'));
    await bench.attachLayers([await layer(SLSA), { ...odd, blob }], 'att');
    expect(await said(SLSA)).toBe(REJECTED);
  });

  it.each([undefined, 'AAAA'])('refuses a layer whose signature annotation is %j', async (text) => {
    const { annotations, ...made } = await layer(SLSA);
    const { [SIGNATURE]: _, ...others } = annotations;
    const changed = { ...others, ...(text !== undefined && { [SIGNATURE]: text }) };
    await bench.attachLayers([{ ...made, annotations: changed }], 'att');
    expect(await said(SLSA)).not.toContain('verified');
  });

  it('takes signed timestamps of the envelope, and none of its signature', async () => {
    const good = await makeAttestationLayer(
      ...([sigstore, bench.key, bench.statement(bench.digest, SLSA), SLSA] as const),
      { recorded: 'none', timestamped: true },
    );
    await bench.attachLayers([good], 'att');
    expect(await said(SLSA, { useSignedTimestamps: true })).toBe('verified 0');
    const { signatures } = JSON.parse(good.blob.toString());
    const stamp = await stampAnnotation(sigstore.url, Buffer.from(signatures[0].sig, 'base64'));
    await bench.attachLayers([{ ...good, annotations: { ...good.annotations, ...stamp } }], 'att');
    expect(await said(SLSA, { useSignedTimestamps: true })).toBe(REJECTED);
  });

  it('does not give up at what is not verified', async () => {
    await bundle(SLSA);
    await bundle(SLSA, { predicate: { builder: 'me' }, signer: bench.otherKey });
    expect(await said('slsaprovenance')).toBe('verified 0');
  });

  it('looks only at bundles where there is one, as cosign', async () => {
    await bench.attachLayers([await layer(SLSA)], 'att');
    await bundle(SPDX, { signer: bench.otherKey });
    expect(await said(SLSA)).toBe(MISSING);
    expect(await said(SLSA, { format: 'legacy' })).toBe('verified 0');
  });

  it('takes a signature for the attestation that it is, when that is what is wanted', async () => {
    await bundle(COSIGN_SIGN);
    expect(await said(COSIGN_SIGN)).toBe('verified 0');
    expect(await said(SLSA)).toBe(MISSING);
  });

  it('plays no part in it what the policy itself wants attested', async () => {
    await bundle(SLSA);
    const attestations = [{ predicateType: SPDX, signedBy: [], where: {} }];
    expect(await said(SLSA, { attestations })).toBe('verified 0');
  });

  it('says that there is none', async () => {
    expect(await said(SLSA)).toBe(MISSING);
    expect((await find(SLSA)).detail).toContain('found no attestation; wanted type');
  });

  it('says when, by whom and what else is to be known', async () => {
    const signer = await bench.someone();
    const content = bench.statement(bench.digest, SLSA);
    await bench.attach(await bench.bundle({ signer, content }));
    const rule = keyless(IDENTITY, ISSUER);
    const changes = { signedBy: [{ ...rule, identity: { regExp: 'acme/app' } }] };
    const found = await find(SLSA, { ...changes, unsafeIgnoreTransparencyLog: false });
    expect(found).toMatchObject({
      verdict: 'verified',
      complete: true,
      signers: [{ label: IDENTITY }],
      signedAt: expect.any(String),
      candidates: [{ outcome: 'match', identity: IDENTITY, issuer: ISSUER, predicateType: SLSA }],
      findings: [{ code: 'unanchored-pattern' }],
    });
    expect(found).not.toHaveProperty('detail');
  });

  it('tells of a key whose use no log recorded', async () => {
    await bundle(SLSA);
    const { findings } = await find(SLSA);
    expect(findings.map(({ code }) => code)).toEqual(['key-without-transparency-log']);
  });
});

describe('verifyAttestation, where something cannot be read', () => {
  const timeout = () => {
    throw new Error('timeout');
  };

  it('is inconclusive about the list', async () => {
    registry.overrides.set(`referrers ${bench.digest}`, timeout);
    expect(await said(SLSA)).toBe('inconclusive discovery-incomplete 1');
  });

  it('is inconclusive about the tag', async () => {
    registry.overrides.set(`manifest ${bench.digest.replace(':', '-')}.att`, timeout);
    expect(await said(SLSA)).toBe('inconclusive discovery-incomplete 1');
  });

  it('is inconclusive about one of them', async () => {
    await bench.attachLayers([await layer(SLSA)], 'att');
    const [blob = ''] = [...registry.blobs.keys()].slice(-2);
    registry.overrides.set(`blob ${blob}`, timeout);
    expect(await said(SLSA)).toBe('inconclusive candidate-unfetched 1');
  });

  it('is verified by what was read', async () => {
    await bundle(SLSA);
    registry.overrides.set(`manifest ${bench.digest.replace(':', '-')}.att`, timeout);
    expect(await said(SLSA)).toBe('verified 0');
  });

  it('is inconclusive without a trusted root, and of our own faults', async () => {
    await bundle(SLSA);
    expect(await said(SLSA, { trustRoot: 'none', unsafeIgnoreTransparencyLog: false })).toBe(
      'inconclusive trust-root-unavailable 1',
    );
    const broken = { signedBy: undefined } as unknown as Partial<Policy>;
    expect(await said(SLSA, broken)).toBe('inconclusive verifier-failed 1');
  });
});

describe('an envelope that was written anew after it was recorded', () => {
  it('is not the recorded one, although payload and signature are', async () => {
    const signer = await bench.someone();
    const statement = bench.statement(bench.digest, SLSA);
    const logged = { recorded: 'v1', timestamped: false } as const;
    const made = await makeAttestationLayer(sigstore, signer, statement, SLSA, logged);
    const changes = {
      signedBy: [keyless(IDENTITY, ISSUER)],
      unsafeIgnoreTransparencyLog: false,
    };
    await bench.attachLayers([made], 'att');
    expect(await said(SLSA, changes)).toBe('verified 0');
    await bench.attachLayers(
      [{ ...made, blob: Buffer.concat([made.blob, Buffer.from('\n')]) }],
      'att',
    );
    expect(await said(SLSA, changes)).toBe(REJECTED);
  });
});
