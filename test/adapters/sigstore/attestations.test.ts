import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { AttestationRule, Policy } from '../../../lambda/domain/policy.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { COSIGN_SIGN } from '../../support/sigstore/bundle.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { type LegacyLayer, makeAttestationLayer } from '../../support/sigstore/legacy.ts';
import { inToto001 } from '../../support/sigstore/log-requests.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import type { Signer } from '../../support/sigstore/signer.ts';
import { keyless, policyOf, REPOSITORY, rootsOf, ruleOfPem } from './policies.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const SPDX = 'https://spdx.dev/Document';
const REPO = '$.predicate.build.repository';

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

function verification(
  rules: readonly AttestationRule[],
  changes: Partial<Policy> = {},
): Promise<Verification> {
  const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots, now: sigstore.now });
  const policy = policyOf(ruleOfPem(bench.key.pem), { attestations: rules, ...changes });
  return verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
}

async function verify(...parameters: Parameters<typeof verification>): Promise<string> {
  const { verdict, reason } = await verification(...parameters);
  return reason === undefined ? verdict : `${verdict} ${reason}`;
}

const MISSING = 'unsigned attestation-missing';
const REJECTED = 'rejected attestation-rejected';

describe('an attestation that a policy wants', () => {
  it('is missing when there is none (CVE-2022-35930)', async () => {
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('is met by one of its type by the same signer', async () => {
    await attest(SLSA);
    expect(await verify([rule()])).toBe('verified');
  });

  it('is not met by one of another type (CVE-2022-35929)', async () => {
    await attest(SPDX);
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('is not met by an annotation that claims its type (CVE-2026-39395)', async () => {
    const content = bench.statement(bench.digest, SPDX);
    const annotations = { 'dev.sigstore.bundle.predicateType': SLSA };
    await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none', content }), {
      annotations,
    });
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('is not met by the signature itself', async () => {
    expect(await verify([rule({ predicateType: COSIGN_SIGN })])).toBe(MISSING);
  });

  it('is not met by one of another signer', async () => {
    await attest(SLSA, {}, bench.otherKey);
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('may have signers of its own, and then no others', async () => {
    const own = rule({ signedBy: [ruleOfPem(bench.otherKey.pem)] });
    await attest(SLSA);
    expect(await verify([own])).toBe(MISSING);
    await attest(SLSA, {}, bench.otherKey);
    expect(await verify([own])).toBe('verified');
  });

  it('must be about the image', async () => {
    const content = bench.statement(bench.otherDigest, SLSA);
    await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none', content }));
    expect(await verify([rule()])).toBe(REJECTED);
  });

  it('must be there for every rule', async () => {
    await attest(SLSA);
    expect(await verify([rule(), rule({ predicateType: SPDX })])).toBe(MISSING);
    await attest(SPDX);
    expect(await verify([rule(), rule({ predicateType: SPDX })])).toBe('verified');
  });

  it('may be at the .att tag', async () => {
    const statement = bench.statement(bench.digest, SLSA);
    const unlogged = { recorded: 'none', timestamped: false } as const;
    await bench.attachLayers(
      [await makeAttestationLayer(sigstore, bench.key, statement, SLSA, unlogged)],
      'att',
    );
    expect(await verify([rule()])).toBe('verified');
    const before = (await verification([rule()])).fingerprint;
    const wrong = await makeAttestationLayer(sigstore, bench.otherKey, statement, SLSA, unlogged);
    await bench.attachLayers([wrong], 'att');
    expect((await verification([rule()])).fingerprint).not.toBe(before);
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('is not met by an envelope with two signatures', async () => {
    const statement = bench.statement(bench.digest, SLSA);
    const unlogged = { recorded: 'none', timestamped: false } as const;
    const layer = await makeAttestationLayer(sigstore, bench.key, statement, SLSA, unlogged);
    const envelope = JSON.parse(layer.blob.toString());
    envelope.signatures.push(envelope.signatures[0]);
    await bench.attachLayers([{ ...layer, blob: Buffer.from(JSON.stringify(envelope)) }], 'att');
    expect(await verify([rule()])).toBe(MISSING);
  });

  it('does not make an unsigned image signed', async () => {
    registry.referrers.clear();
    await attest(SLSA);
    expect(await verify([rule()])).toBe('unsigned attestation-only');
    expect(await verify([rule()], { mode: 'cosign' })).toBe('unsigned attestation-only');
  });

  it('is inconclusive when the place where it may be cannot be read', async () => {
    registry.overrides.set(`manifest ${bench.digest.replace(':', '-')}.att`, () => {
      throw new Error('timeout');
    });
    expect(await verify([rule()])).toBe('inconclusive discovery-incomplete');
  });
});

describe('G14: an attestation that cosign 1 logged as intoto 0.0.1', () => {
  const logged = { recorded: 'v1', timestamped: false } as const;
  const predicateType = SLSA;
  const signedBy = [keyless(IDENTITY, ISSUER)];

  async function verifyLayer(layer: LegacyLayer): Promise<string> {
    await bench.attachLayers([layer], 'att');
    // The signature is the key's, and the log is not ignored.
    registry.referrers.clear();
    await bench.attach(await bench.bundle({ signer: bench.key }));
    return verify([rule({ signedBy })], { unsafeIgnoreTransparencyLog: false });
  }

  async function layerOf(entryFor: typeof inToto001): Promise<LegacyLayer> {
    const statement = bench.statement(bench.digest, SLSA);
    const signer = await bench.someone();
    return makeAttestationLayer(sigstore, signer, statement, predicateType, logged, entryFor);
  }

  it('is met', async () => {
    expect(await verifyLayer(await layerOf(inToto001))).toBe('verified');
  });

  it('is not met when the entry is about another envelope', async () => {
    const entryFor: typeof inToto001 = (envelope, signer) => inToto001(`${envelope} `, signer);
    expect(await verifyLayer(await layerOf(entryFor))).toBe(REJECTED);
  });

  it('is not met when the entry records another key', async () => {
    const entryFor: typeof inToto001 = (envelope) => inToto001(envelope, bench.otherKey);
    expect(await verifyLayer(await layerOf(entryFor))).toBe(REJECTED);
  });

  it('is not met when the log did not sign the entry', async () => {
    const layer = await layerOf(inToto001);
    const name = 'dev.sigstore.cosign/bundle';
    const bundle = JSON.parse(layer.annotations[name] ?? '');
    bundle.Payload.integratedTime += 1;
    layer.annotations[name] = JSON.stringify(bundle);
    expect(await verifyLayer(layer)).toBe(REJECTED);
  });
});

describe('the conditions of an attestation', () => {
  const where = {
    [REPO]: 'https://github.com/acme/app',
    '$.predicate.level': 3,
    '$.predicate.hermetic': true,
  };
  const good = { build: { repository: 'https://github.com/acme/app' }, level: 3, hermetic: true };

  it('are all met by one attestation', async () => {
    await attest(SLSA, good);
    expect(await verify([rule({ where })])).toBe('verified');
  });

  it.each([
    ['another value', { ...good, build: { repository: 'https://github.com/acme/app2' } }],
    ['a value of another type', { ...good, level: '3' }],
    ['no value', { ...good, hermetic: undefined }],
    ['a list around the value', { ...good, build: { repository: [good.build.repository] } }],
  ])('are not met: %s', async (...[, predicate]) => {
    await attest(SLSA, predicate);
    expect(await verify([rule({ where })])).toBe(REJECTED);
  });

  it('are not met by two attestations together', async () => {
    await attest(SLSA, { ...good, level: 2 });
    await attest(SLSA, { ...good, hermetic: false });
    expect(await verify([rule({ where })])).toBe(REJECTED);
  });

  it('are not met by a document that says two things', async () => {
    const text = JSON.stringify(bench.statement(bench.digest, SLSA, good));
    const content = Buffer.from(text.replace('"level":3', '"level":1,"level":3'));
    await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none', content }));
    expect(await verify([rule({ where })])).toBe(MISSING);
  });
});
