import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../support/sigstore/bench.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { keyless, policyOf, REPOSITORY, rootsOf } from './policies.ts';

const DAY = 86_400_000;

let sigstore: SigstoreDouble;
let registry: MemoryRegistry;
let bench: Bench;

beforeAll(async () => {
  sigstore = await startSigstore();
  registry = new MemoryRegistry();
  bench = new Bench(sigstore, registry);
  await bench.image('v1');
});
afterAll(() => sigstore.close());

function verify(now = sigstore.now, unsafeIgnoreTransparencyLog = false): Promise<Verification> {
  const trustRoots = rootsOf({ captured: sigstore.trustedRoot() });
  const verifier = createVerifier({ registry, trustRoots, now });
  const policy = policyOf(keyless(IDENTITY, ISSUER), { unsafeIgnoreTransparencyLog });
  return verifier.verify(REPOSITORY, bench.digest, policy, 'hash');
}

type Tree = { [key: string]: unknown };
const NONSENSE = [null, '', 0, -1, true, [], {}, 'AAAA', '9'.repeat(400), 'x'.repeat(9)];

/** Every place in a document, as the keys that lead there. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const below = Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]));
  return path.length > 0 ? [[...path], ...below] : below;
}

function replaced(document: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(document);
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<Tree>((tree, key) => tree[key] as Tree, copy as Tree);
  parent[last] = value;
  return copy;
}

describe('a bundle with nonsense in one place', () => {
  it('is never verified, and never breaks the verifier', async () => {
    const bundle = await bench.bundle({ timestamped: true });
    const places = placesOf(bundle);
    expect(places.length).toBeGreaterThan(30);
    for (const path of places) {
      for (const value of NONSENSE) {
        registry.referrers.clear();
        await bench.attach(replaced(bundle, path, value));
        const { verdict, reason } = await verify();
        // Nobody asked for a timestamp.
        const allowed = path.includes('timestampVerificationData');
        const found = { path, value, verdict: allowed ? 'any' : verdict, reason };
        expect(found).not.toMatchObject({ verdict: 'verified' });
        expect(found).not.toMatchObject({ reason: 'verifier-failed' });
      }
    }
  });
});

describe('a legacy manifest with nonsense in one place', () => {
  it('is never verified, and never breaks the verifier', async () => {
    registry.referrers.clear();
    await bench.attachLayers([await bench.layer()]);
    const tag = `${bench.digest.replace(':', '-')}.sig`;
    const manifest = JSON.parse(
      Buffer.from(registry.manifests.get(registry.tags.get(tag) ?? '') ?? '').toString(),
    );
    expect((await verify()).verdict).toBe('verified');
    const { digest, annotations } = manifest.layers[0];
    const { 'dev.sigstore.cosign/chain': _, ...needed } = annotations;
    const places = placesOf({ layers: [{ digest, annotations: needed }] });
    for (const path of places) {
      for (const value of NONSENSE) {
        registry.putManifest(replaced(manifest, path, value), tag);
        const { verdict, reason } = await verify();
        expect({ path, value, verdict, reason }).not.toMatchObject({ verdict: 'verified' });
        expect({ path, value, reason }).not.toMatchObject({ reason: 'verifier-failed' });
      }
    }
    registry.tags.delete(tag);
  });
});

describe('a long-lived certificate whose authority has expired', () => {
  it('is broken also where the log is ignored (CVE-2026-24122)', async () => {
    registry.referrers.clear();
    const signer = bench.unusual({ minutes: 20 * 365 * 24 * 60 });
    await bench.attach(await bench.bundle({ signer, recorded: 'none' }));
    const inYears = (years: number) => () => new Date(sigstore.now().getTime() + years * 365 * DAY);
    expect((await verify(inYears(1), true)).verdict).toBe('verified');
    expect((await verify(inYears(11), true)).reason).toBe('broken-signature');
  });
});
