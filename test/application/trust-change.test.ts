import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createQuietLogger } from '../../lambda/adapters/runtime/logger.ts';
import { requireWholeRoot } from '../../lambda/adapters/sigstore/index.ts';
import { createTufRepository } from '../../lambda/adapters/tuf/index.ts';
import { refreshTrust } from '../../lambda/application/refresh-trust.ts';
import { PUBLIC_GOOD } from '../../lambda/domain/policy.ts';
import { DAY, HOUR } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { type SigstoreDouble, signKeyless, startSigstore } from '../support/sigstore/index.ts';
import { rotatedRoot } from '../support/sigstore/rotation.ts';
import { TufDouble } from '../support/tuf/index.ts';
import { World } from '../support/world/index.ts';

const SIGNER = { identity: 'release@acme.example', issuer: 'https://accounts.example' };
const YAML = `policies:
  acme: {signedBy: [{identity: ${SIGNER.identity}, issuer: ${SIGNER.issuer}}]}
defaults: {every: 1m, policy: acme, signatureGrace: 2m}
watch: ["HOST/acme/app:1"]`;

let world: World;
let old: SigstoreDouble;
let young: SigstoreDouble;
let tuf: TufDouble;
beforeEach(async () => {
  world = await World.start({ registry: { referrers: true } });
  const now = () => new Date(world.clock.now());
  old = await startSigstore({ now });
  young = await startSigstore({ now });
  tuf = await TufDouble.start(old.trustedRoot());
});
afterEach(() => Promise.all([world, old, young, tuf].map((each) => each.close())));

async function refresh(root?: Uint8Array): Promise<string> {
  if (root !== undefined) tuf.repository.publish(root);
  const repository = createTufRepository({ mirror: tuf.mirror, root: tuf.repository.firstRoot });
  const { trust } = world.deps;
  const report = await refreshTrust(
    {
      ...{ trust, repository, name: PUBLIC_GOOD },
      log: createQuietLogger(),
      requireSound: requireWholeRoot,
    },
    world.clock.now(),
  );
  return report.kind;
}

async function release(sigstore: SigstoreDouble, content: string): Promise<void> {
  const { registry } = world;
  const { digest } = pushImage(registry, 'acme/app', 'new', { content });
  const target = { registryHost: registry.host, repository: 'acme/app', digest };
  await signKeyless(sigstore, { ...target, ...SIGNER });
  registry.store.repository('acme/app').tags.set('1', digest);
}

/** What was told in these minutes. */
async function told(minutes: number): Promise<string[]> {
  const from = world.publisher.messages.length;
  for (let n = 0; n < minutes; n += 1) await world.tick();
  return world.publisher.messages
    .slice(from)
    .map(({ event }) => `${event.severity} ${event.kind} ${event.now?.verdict ?? ''}`.trim());
}

async function verdict(): Promise<unknown> {
  const read = await world.deps.states.read(`${world.registry.host}/acme/app:1`);
  if (read.kind !== 'found') throw new Error('no state');
  const [record] = Object.values(read.state.verdicts);
  return record && { verdict: record.verdict, reason: record.reason };
}

async function watchSigned(): Promise<void> {
  await refresh();
  await release(old, 'one');
  await world.apply(YAML);
  expect(await told(2)).toEqual(['info baseline.taken']);
  expect(await verdict()).toMatchObject({ verdict: 'verified' });
}

describe('when the keys of an instance are replaced', () => {
  it('what was signed with the old ones stays verified, and nobody is told', async () => {
    await watchSigned();
    await world.clock.advance(2 * HOUR);
    const end = new Date(world.clock.now());
    expect(await refresh(rotatedRoot(old.trustedRoot(), end, young.trustedRoot()))).toBe('updated');
    expect(await told(2)).toEqual([]);
    expect(await verdict()).toMatchObject({ verdict: 'verified' });
    await release(young, 'two');
    expect(await told(2)).toEqual(['low tag.moved verified']);
  });
});

describe('when a root withdraws an authority', () => {
  it('what rests on it is demoted, as a change of trust, and restored with it', async () => {
    await watchSigned();
    await refresh(young.trustedRoot());
    expect(await told(2)).toEqual(['high trust.changed rejected']);
    await refresh(rotatedRoot(old.trustedRoot(), new Date('2040-01-01'), young.trustedRoot()));
    expect(await told(2)).toEqual(['high trust.changed verified']);
    expect(world.committed.at(-1)).toMatchObject({ alert: true });
  });
});

describe('when a root was not refreshed for 30 days', () => {
  it('a verdict that stands is left standing', async () => {
    await watchSigned();
    await world.clock.advance(31 * DAY);
    await told(2);
    expect(await verdict()).toMatchObject({ verdict: 'verified' });
  });

  it('a signature of an authority that it does not name is not verifiable, until it is', async () => {
    await watchSigned();
    await world.clock.advance(31 * DAY);
    await told(2);
    await release(young, 'two');
    expect(await told(2)).toEqual(['medium tag.moved inconclusive']);
    expect(await verdict()).toEqual({ verdict: 'inconclusive', reason: 'trust-root-outdated' });
    expect(await told(3)).toEqual(['high tag.moved inconclusive']);
    await refresh(rotatedRoot(old.trustedRoot(), new Date('2040-01-01'), young.trustedRoot()));
    expect(await told(2)).toEqual(['high signature.gained verified']);
  });
});
