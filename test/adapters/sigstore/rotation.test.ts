import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRegistryClient } from '../../../lambda/adapters/registry/index.ts';
import { createVerifier } from '../../../lambda/adapters/sigstore/index.ts';
import type { TrustRoots } from '../../../lambda/application/ports.ts';
import type { Digest } from '../../../lambda/domain/digest.ts';
import type { Policy } from '../../../lambda/domain/policy.ts';
import { DAY, plus } from '../../../lambda/domain/time.ts';
import type { Verification } from '../../../lambda/domain/verdict.ts';
import { pushImage, type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import {
  attest,
  type SigningTarget,
  type SigstoreDouble,
  signKeyless,
  startSigstore,
} from '../../support/sigstore/index.ts';
import { rotatedRoot } from '../../support/sigstore/rotation.ts';
import { GITHUB, keyless, policyOf, WORKFLOW } from './policies.ts';

const SIGNED = '2021-05-06T07:08:09.000Z';
const ROTATED = '2023-01-01T00:00:00.000Z';
const AFTER = '2023-06-01T00:00:00.000Z';
const TODAY = '2031-01-01T00:00:00.000Z';
const REPOSITORY = 'acme/app';

type Form = Pick<SigningTarget, 'format' | 'rekor' | 'timestamped'>;
const FORMS: readonly Form[] = [
  { format: 'bundle', rekor: 'v1' },
  { format: 'bundle', rekor: 'v1', timestamped: true },
  { format: 'bundle', rekor: 'v2' },
  { format: 'legacy', rekor: 'v1' },
];

let clock = SIGNED;
let registry: RegistryDouble;
let client: ReturnType<typeof createRegistryClient>;
/** One instance before and after it replaced all its keys. */
let old: SigstoreDouble;
let young: SigstoreDouble;
beforeAll(async () => {
  const now = () => new Date(clock);
  registry = await startRegistry({ referrers: true });
  client = createRegistryClient({ allowLoopback: true, now: () => now().getTime() });
  old = await startSigstore({ now });
  clock = AFTER;
  young = await startSigstore({ now });
});
afterAll(() => Promise.all([old, young, registry, client].map((each) => each.close())));
beforeEach(() => {
  clock = TODAY;
});

let images = 0;
function pushNew(): Digest {
  images += 1;
  return pushImage(registry, REPOSITORY, `v${images}`, { content: `rotation ${images}` }).digest;
}

async function signedBy(sigstore: SigstoreDouble, at: string, form: Form = {}): Promise<Digest> {
  const digest = pushNew();
  clock = at;
  const target = { registryHost: registry.host, repository: REPOSITORY, digest, ...form };
  await signKeyless(sigstore, { ...target, identity: WORKFLOW, issuer: GITHUB });
  clock = TODAY;
  return digest;
}

const whole = () => rotatedRoot(old.trustedRoot(), new Date(ROTATED), young.trustedRoot());

function verify(
  digest: Digest,
  root: Uint8Array,
  { refreshedAt, policy = policyOf(keyless()) }: { refreshedAt?: string; policy?: Policy } = {},
): Promise<Verification> {
  const trustRoots: TrustRoots = {
    read: async () => root,
    refreshedAt: async () => refreshedAt,
  };
  const verifier = createVerifier({ registry: client, trustRoots, now: () => new Date(clock) });
  const repository = { registry: registry.host, repository: REPOSITORY };
  return verifier.verify(repository, digest, policy, 'hash');
}

describe.each(FORMS)('after an instance replaced all its keys (%j)', (form) => {
  it('a signature of ten years ago verifies, at the time at which it was made', async () => {
    const digest = await signedBy(old, SIGNED, form);
    expect(await verify(digest, whole())).toMatchObject({ verdict: 'verified', signedAt: SIGNED });
  });

  it('so does one that was made with the new keys', async () => {
    const digest = await signedBy(young, AFTER, form);
    expect(await verify(digest, whole())).toMatchObject({ verdict: 'verified', signedAt: AFTER });
  });

  it('one that was made with the old keys afterwards does not (CVE-2026-54787)', async () => {
    const digest = await signedBy(old, AFTER, form);
    expect(await verify(digest, whole())).toMatchObject({ verdict: 'rejected' });
    expect(await verify(digest, old.trustedRoot())).toMatchObject({ verdict: 'verified' });
  });

  it('a root that withdrew the old keys accepts nothing of theirs', async () => {
    const digest = await signedBy(old, SIGNED, form);
    expect(await verify(digest, young.trustedRoot())).toMatchObject({ verdict: 'rejected' });
  });
});

describe('several roots', () => {
  it('never merge: each policy has the one that it names', async () => {
    const roots: Readonly<Record<string, Uint8Array>> = {
      ours: old.trustedRoot(),
      theirs: young.trustedRoot(),
    };
    const trustRoots = { read: async (name: string) => roots[name] };
    const verifier = createVerifier({ registry: client, trustRoots, now: () => new Date(clock) });
    const repository = { registry: registry.host, repository: REPOSITORY };
    const digest = await signedBy(old, SIGNED);
    const by = async (trustRoot: string) => {
      const policy = policyOf(keyless(), { trustRoot });
      return (await verifier.verify(repository, digest, policy, 'hash')).verdict;
    };
    expect(await by('ours')).toBe('verified');
    expect(await by('theirs')).toBe('rejected');
    expect(await by('nobodys')).toBe('inconclusive');
  });
});

describe('the age of a root', () => {
  const ago = (days: number) => plus(TODAY, -days * DAY);
  const codes = ({ findings }: Verification) => findings.map(({ code }) => code);

  it.each([
    [7, []],
    [8, ['trust-root-stale']],
    [31, ['trust-root-stale']],
  ])('of %d days is a finding beside a good verdict: %j', async (days, expected) => {
    const digest = await signedBy(old, SIGNED);
    const found = await verify(digest, whole(), { refreshedAt: ago(days) });
    expect(found.verdict).toBe('verified');
    expect(codes(found)).toEqual(expected);
  });

  it('does not exist for one that came from no repository', async () => {
    const found = await verify(await signedBy(old, SIGNED), whole());
    expect(codes(found)).toEqual([]);
  });

  it.each(FORMS)('decides what a signature of an unknown authority is (%j)', async (form) => {
    const digest = await signedBy(young, AFTER, form);
    const rejected = { verdict: 'rejected' };
    expect(await verify(digest, old.trustedRoot())).toMatchObject(rejected);
    expect(await verify(digest, old.trustedRoot(), { refreshedAt: ago(30) })).toMatchObject(
      rejected,
    );
    expect(await verify(digest, old.trustedRoot(), { refreshedAt: ago(31) })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'trust-root-outdated',
      detail: expect.stringMatching(/trusted signing time|the trusted root knows/),
    });
  });

  const PARTS = ['tlogs', 'ctlogs', 'timestampAuthorities', 'certificateAuthorities'];
  it.each(PARTS)('counts where only one of its parts is unknown: %s', async (part) => {
    const root = JSON.parse(Buffer.from(young.trustedRoot()).toString());
    const other = JSON.parse(Buffer.from(old.trustedRoot()).toString());
    const lacking = Buffer.from(JSON.stringify({ ...root, [part]: other[part] }));
    const digest = await signedBy(young, AFTER, { rekor: 'v2' });
    expect((await verify(digest, lacking)).verdict).toBe('rejected');
    const found = await verify(digest, lacking, { refreshedAt: ago(31) });
    expect(found).toMatchObject({ verdict: 'inconclusive', reason: 'trust-root-outdated' });
  });

  it('never excuses somebody whom no root would make acceptable', async () => {
    const digest = await signedBy(young, AFTER);
    const policy = policyOf(keyless('mallory@example.com'));
    const refreshedAt = ago(31);
    expect(await verify(digest, old.trustedRoot(), { refreshedAt, policy })).toMatchObject({
      verdict: 'rejected',
      reason: 'other-signer',
    });
  });

  it('never excuses a signature that known authorities prove broken', async () => {
    const digest = await signedBy(old, AFTER);
    const found = await verify(digest, whole(), { refreshedAt: ago(31) });
    expect(found).toMatchObject({ verdict: 'rejected', reason: 'broken-signature' });
  });

  it('decides about attestations as well', async () => {
    const digest = await signedBy(old, SIGNED);
    clock = AFTER;
    const target = { registryHost: registry.host, repository: REPOSITORY, digest };
    const predicateType = 'https://slsa.dev/provenance/v1';
    const signer = { identity: WORKFLOW, issuer: GITHUB };
    await attest(young, { ...target, ...signer, predicateType, predicate: {} });
    clock = TODAY;
    const attestations = [{ predicateType, signedBy: [], where: {} }];
    const policy = policyOf(keyless(), { attestations });
    const [fresh, outdated] = [ago(1), ago(31)];
    const root = old.trustedRoot();
    expect((await verify(digest, root, { refreshedAt: fresh, policy })).verdict).toBe('rejected');
    const found = await verify(digest, root, { refreshedAt: outdated, policy });
    expect(found.verdict).toBe('inconclusive');
  });
});
