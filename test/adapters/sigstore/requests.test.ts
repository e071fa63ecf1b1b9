import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from '../../../lambda/adapters/registry/index.ts';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { pushImage, type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import {
  attest,
  type SigningTarget,
  type SigstoreDouble,
  signWithKey,
  startSigstore,
} from '../../support/sigstore/index.ts';
import { keySigner } from '../../support/sigstore/signer.ts';
import { policyOf, rootsOf, ruleOfPem } from './policies.ts';

const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PREDICATE = 'https://example.com/custom';

let sigstore: SigstoreDouble;
beforeAll(async () => {
  sigstore = await startSigstore();
});
afterAll(() => sigstore.close());

type Signing = (target: SigningTarget) => Promise<unknown>;

const bundle: Signing = (target) => signWithKey(sigstore, { ...target, key, tlog: false });
const legacy: Signing = (target) => bundle({ ...target, format: 'legacy' });
const attestation: Signing = (target) =>
  attest(sigstore, { ...target, key, tlog: false, predicateType: PREDICATE, predicate: {} });

/** Whoever counts requests asks one image at a time, of which the manifest has been read. */
class Count {
  readonly #registry: RegistryDouble;
  readonly #client = createRegistryClient({ now: Date.now, allowLoopback: true });
  #images = 0;

  constructor(registry: RegistryDouble) {
    this.#registry = registry;
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#registry.close();
  }

  /** How many there are for one verdict. */
  async of(signings: readonly Signing[], changes: Partial<Policy> = {}): Promise<number> {
    const name = `acme/app-${this.#images++}`;
    const { digest } = pushImage(this.#registry, name, '1', { content: name });
    const referrers = this.#registry.hasReferrers ? 'api' : 'tag';
    const target = { registryHost: this.#registry.host, repository: name, digest, referrers };
    for (const sign of signings) await sign(target as SigningTarget);
    const policy = policyOf(ruleOfPem(keySigner(key).pem), changes);
    const before = this.#registry.requests.length;
    const { verdict } = await this.#verifier().verify(
      { registry: this.#registry.host, repository: name },
      digest as Digest,
      policy,
      'hash',
    );
    expect(verdict).toBe(signings.length === 0 ? 'unsigned' : 'verified');
    return this.#registry.requests.length - before;
  }

  #verifier() {
    const { now } = sigstore;
    return createVerifier({ registry: this.#client, trustRoots: rootsOf({}), now });
  }
}

const ATTESTED = { attestations: [{ predicateType: PREDICATE, signedBy: [], where: {} }] };

const rows: readonly [string, readonly Signing[], number, Partial<Policy>?][] = [
  ['nothing', [], 2],
  ['a bundle', [bundle], 2 + 2],
  ['a bundle as cosign looks', [bundle], 1 + 2, { mode: 'cosign' }],
  ['three bundles', [bundle, bundle, bundle], 2 + 3 * 2],
  ['a bundle and an attestation that nobody wants', [bundle, attestation], 2 + 2 * 2],
  ['a legacy signature', [legacy], 3],
  ['a legacy signature as cosign looks', [legacy], 3, { mode: 'cosign' }],
  ['a legacy signature beside a bundle', [bundle, legacy], 2 + 2 + 1],
];

describe('requests per verdict', () => {
  let count: Count;
  beforeAll(async () => {
    count = new Count(await startRegistry({ referrers: true }));
  });
  afterAll(() => count.close());

  it.each(rows)('of %s', async (...[, signings, expected, changes]) => {
    expect(await count.of(signings, changes)).toBe(expected);
  });

  it('are one more where attestations are wanted, which may be at a tag of their own', async () => {
    const found = await count.of([bundle, attestation], ATTESTED);
    expect(found).toBe(2 + 2 * 2 + 1);
  });
});

describe('requests per verdict, where the registry has no referrers API', () => {
  let count: Count;
  beforeAll(async () => {
    count = new Count(await startRegistry());
  });
  afterAll(() => count.close());

  it.each(rows)('are one more: the tag that stands in for it, of %s', async (...row) => {
    const [, signings, expected, changes] = row;
    expect(await count.of(signings, changes)).toBe(expected + 1);
  });
});
