import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import { MAX_REFERRERS } from '../../../lambda/adapters/sigstore/limits.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
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

function verify(changes: Partial<Policy> = {}): Promise<Verification> {
  const verifier = createVerifier({ registry, trustRoots: rootsOf({}), now: sigstore.now });
  const policy = policyOf(ruleOfPem(bench.key.pem), changes);
  return verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
}

async function summary(changes?: Partial<Policy>): Promise<string> {
  const { verdict, reason } = await verify(changes);
  return reason === undefined ? verdict : `${verdict} ${reason}`;
}

const good = () => bench.bundle({ signer: bench.key, recorded: 'none' });
const foreign = () => bench.bundle({ signer: bench.otherKey, recorded: 'none' });
const goodLayer = () => bench.layer({ signer: bench.key, recorded: 'none' });
const sigTag = () => `${bench.digest.replace(':', '-')}.sig`;

function onlyReferrer(): Digest {
  const [digest] = registry.referrers.get(bench.digest) ?? [];
  if (digest === undefined) throw new Error('there is no referrer');
  return digest;
}

function failing(reason: string): () => never {
  return () => {
    throw Object.assign(new Error(`the registry: ${reason}`), { reason, temporary: true });
  };
}

const notOci = () => ({ kind: 'missing', oci: false, code: '', detail: '404 page not found' });
const denied = () => ({ kind: 'denied', status: 403, code: 'DENIED', detail: 'no' });

describe('when it cannot be said that there is no signature', () => {
  it.each([
    ['the list of referrers is throttled', () => `referrers ${bench.digest}`, failing('throttled')],
    ['the list of referrers is denied', () => `referrers ${bench.digest}`, denied],
    ['.sig is a 404 of something that is no registry', () => `manifest ${sigTag()}`, notOci],
    ['.sig is denied', () => `manifest ${sigTag()}`, denied],
    ['.sig does not answer', () => `manifest ${sigTag()}`, failing('timeout')],
  ])('is inconclusive: %s', async (...[, place, answer]) => {
    registry.overrides.set(place(), answer);
    expect(await summary()).toBe('inconclusive discovery-incomplete');
    expect(await summary({ mode: 'cosign' })).toBe('inconclusive discovery-incomplete');
  });

  it('is inconclusive: the list of referrers is partial', async () => {
    await bench.attach(await foreign());
    const listing = {
      ...(await registry.listReferrers(REPOSITORY, bench.digest)),
      complete: false,
    };
    registry.overrides.set(`referrers ${bench.digest}`, () => listing);
    expect(await summary()).toBe('inconclusive discovery-incomplete');
  });

  it('is verified all the same if one of those that were read matches', async () => {
    await bench.attachLayers([await goodLayer()]);
    registry.overrides.set(`referrers ${bench.digest}`, failing('server-error'));
    expect(await summary()).toBe('verified');
  });
});

describe('when a signature matches', () => {
  beforeEach(async () => bench.attachLayers([await goodLayer()]));

  it('says that all of its signers were seen', async () => {
    expect(await verify()).toMatchObject({ verdict: 'verified', complete: true });
  });

  it('says that there may be more: the list of referrers does not come', async () => {
    registry.overrides.set(`referrers ${bench.digest}`, failing('server-error'));
    expect(await verify()).toMatchObject({ verdict: 'verified', complete: false });
  });

  it('says that there may be more: another signature could not be fetched', async () => {
    await bench.attach(await foreign());
    registry.overrides.set(`manifest ${onlyReferrer()}`, failing('timeout'));
    expect(await verify()).toMatchObject({ verdict: 'verified', complete: false });
  });
});

describe('when something that is listed cannot be read', () => {
  beforeEach(async () => bench.attach(await good()));

  it.each([
    [
      'its manifest is not there',
      () => `manifest ${onlyReferrer()}`,
      () => ({ kind: 'missing', oci: true, code: 'MANIFEST_UNKNOWN', detail: '' }),
    ],
    [
      'its manifest does not hash to its digest',
      () => `manifest ${onlyReferrer()}`,
      failing('digest-mismatch'),
    ],
    ['its manifest does not come', () => `manifest ${onlyReferrer()}`, failing('timeout')],
  ])('is inconclusive: %s', async (...[, place, answer]) => {
    registry.overrides.set(place(), answer);
    expect(await summary()).toBe('inconclusive candidate-unfetched');
  });

  it('is inconclusive: its blob does not come', async () => {
    const manifest = registry.manifests.get(onlyReferrer());
    const { layers } = JSON.parse(Buffer.from(manifest ?? '').toString());
    registry.overrides.set(`blob ${layers[0].digest}`, failing('server-error'));
    expect(await summary()).toBe('inconclusive candidate-unfetched');
  });

  it('is refused, not inconclusive: a blob longer than it may be', async () => {
    const manifest = registry.manifests.get(onlyReferrer());
    const { layers } = JSON.parse(Buffer.from(manifest ?? '').toString());
    registry.overrides.set(`blob ${layers[0].digest}`, failing('too-large'));
    expect(await summary()).toBe('unsigned no-signature');
  });
});

describe('what is fetched and refused', () => {
  it('is rejected: bytes at .sig that are no manifest', async () => {
    registry.manifests.set('sha256:junk', Buffer.from('<html>'));
    registry.tags.set(sigTag(), 'sha256:junk' as Digest);
    expect(await verify()).toMatchObject({ verdict: 'rejected', cosignExit: 1 });
  });

  it('is no signature: a referrer that is no image manifest', async () => {
    registry.putManifest({ config: {}, blobs: [], subject: bench.subject });
    expect(await summary()).toBe('unsigned no-signature');
  });
});

describe('when an attacker adds referrers without end', () => {
  const TOO_MANY: readonly [string, () => unknown][] = [
    ['so many that they are counted', () => listed({ count: MAX_REFERRERS + 1 })],
    ['so many that they are not all listed', () => listed({ complete: false, tooMany: true })],
    ['a list that is too large', failing('too-large')],
  ];

  function listed({ count = 1, ...more }: { count?: number; complete?: false; tooMany?: true }) {
    const referrer = { digest: onlyReferrer(), mediaType: '', size: 0 };
    const referrers = Array.from({ length: count }, () => referrer);
    return { kind: 'found', via: 'api', referrers, complete: true, firstPage: count, ...more };
  }

  beforeEach(async () => bench.attach(await good()));

  it.each(TOO_MANY)('reads none of them and says so: %s', async (_name, listing) => {
    registry.overrides.set(`referrers ${bench.digest}`, listing);
    registry.asked.length = 0;
    expect(await summary()).toBe('inconclusive discovery-incomplete');
    expect(registry.asked).toEqual([`referrers ${bench.digest}`, `manifest ${sigTag()}`]);
  });

  it('reads as many as there may be', async () => {
    registry.overrides.set(`referrers ${bench.digest}`, () => listed({ count: MAX_REFERRERS }));
    expect(await summary()).toBe('verified');
  });

  it.each(TOO_MANY)('does not take legacy signatures for what cosign sees: %s', async (...row) => {
    await bench.attachLayers([await goodLayer()]);
    registry.overrides.set(`referrers ${bench.digest}`, row[1]);
    expect(await summary({ mode: 'cosign' })).toBe('inconclusive discovery-incomplete');
    expect(await verify()).toMatchObject({ verdict: 'verified', complete: false });
  });
});

describe('when an attacker adds much to read', () => {
  it('stops before the memory is full and does not call that complete', async () => {
    const [first] = await attachJunk(17);
    expect(await summary()).toBe('inconclusive candidate-unfetched');
    for (const digest of registry.referrers.get(bench.digest) ?? []) {
      if (digest !== first) registry.manifests.delete(digest);
    }
    registry.referrers.set(bench.digest, first === undefined ? [] : [first]);
    expect(await summary()).toBe('unsigned no-signature');
  });

  it('does not even ask for a blob that says it is too long', async () => {
    await bench.attach(Buffer.alloc(4 * 1024 * 1024 + 1, ' '));
    registry.asked.length = 0;
    expect(await summary()).toBe('unsigned no-signature');
    expect(registry.asked.filter((asked) => asked.startsWith('blob'))).toEqual([]);
  });

  /** Referrers that share a blob of 4 MiB, each to be read. */
  async function attachJunk(count: number): Promise<readonly Digest[]> {
    const junk = Buffer.alloc(4 * 1024 * 1024, ' ');
    for (let n = 0; n < count; n += 1) await bench.attach(junk, { annotations: { n: String(n) } });
    return registry.referrers.get(bench.digest) ?? [];
  }
});

describe('what a person should know beside the verdict', () => {
  const codes = async (changes?: Partial<Policy>) =>
    (await verify(changes)).findings.map(({ code }) => code);

  it('is that cosign would not look at the legacy signature that matches', async () => {
    await bench.attachLayers([await goodLayer()]);
    await bench.attach(await foreign());
    expect(await codes()).toContain('shadowed-legacy-signature');
  });

  it('is that an attestation counts as the signature', async () => {
    const content = bench.statement(bench.digest, 'https://slsa.dev/provenance/v1');
    await bench.attach(await bench.bundle({ signer: bench.key, recorded: 'none', content }));
    expect(await codes({ mode: 'cosign' })).toContain('attestation-as-signature');
  });

  it('is that the match is on a page that cosign does not read', async () => {
    await bench.attach(await foreign());
    await bench.attach(await good());
    const listing = { ...(await registry.listReferrers(REPOSITORY, bench.digest)), firstPage: 1 };
    registry.overrides.set(`referrers ${bench.digest}`, () => listing);
    expect(await codes()).toContain('match-on-later-page');
  });

  it('is that a key was used without a trace', async () => {
    await bench.attach(await good());
    expect(await codes()).toEqual(['key-without-transparency-log']);
  });

  it('is that a pattern matches anywhere', async () => {
    const text = (regExp: string) => ({ regExp });
    const rule = (regExp: string) => ({
      kind: 'keyless' as const,
      identity: text(regExp),
      issuer: text('^https://issuer\\.example$'),
    });
    const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
    const verifier = createVerifier({ registry, trustRoots, now: sigstore.now });
    const findings = async (regExp: string) =>
      (await verifier.verify(REPOSITORY, bench.digest, policyOf(rule(regExp)), 'hash')).findings;
    expect(await findings('acme')).toMatchObject([{ code: 'unanchored-pattern' }]);
    expect(await findings('^acme$')).toEqual([]);
  });
});

describe('the format of a policy', () => {
  beforeEach(async () => {
    await bench.attachLayers([await goodLayer()]);
    await bench.attach(await foreign());
  });

  it('makes only legacy signatures count, also beside a bundle', async () => {
    expect(await summary({ format: 'legacy', mode: 'cosign' })).toBe('verified');
    expect(await summary({ format: 'legacy' })).toBe('verified');
  });

  it('makes only bundles count', async () => {
    expect(await summary({ format: 'bundle' })).toBe('rejected other-signer');
  });

  it('looks at legacy signatures where cosign does: if there is no bundle at all', async () => {
    registry.referrers.clear();
    expect(await summary({ format: 'bundle', mode: 'cosign' })).toBe('verified');
    expect(await summary({ format: 'bundle' })).toBe('unsigned no-signature');
  });
});

describe('the fingerprint', () => {
  it('is the same in any order and changes with the signatures', async () => {
    const none = (await verify()).fingerprint;
    await bench.attach(await good());
    const one = (await verify()).fingerprint;
    await bench.attach(await foreign());
    const two = (await verify()).fingerprint;
    registry.referrers.get(bench.digest)?.reverse();
    expect((await verify()).fingerprint).toBe(two);
    expect(new Set([none, one, two]).size).toBe(3);
    expect(two).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('how often the registry is asked', () => {
  it('is once per thing', async () => {
    await bench.attach(await good());
    await bench.attachLayers([await goodLayer(), await goodLayer()]);
    registry.asked.length = 0;
    await verify();
    expect(registry.asked.length).toBe(new Set(registry.asked).size);
  });
});

describe('when the registry lists the referrers in another order', () => {
  it('reports the same', async () => {
    for (const part of [good, foreign, foreign, good]) await bench.attach(await part());
    const first = await verify();
    registry.referrers.get(bench.digest)?.reverse();
    expect(first.candidates.map(({ outcome }) => outcome).sort()).toEqual([
      'match',
      'match',
      'other',
      'other',
    ]);
    expect(await verify()).toEqual(first);
  });
});
