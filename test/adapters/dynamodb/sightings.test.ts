import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AT, aDigest, anEvent, TAG_KEY } from '../../support/store/examples.ts';
import { startStore, type TestStore } from '../../support/store/index.ts';

let on: TestStore;
beforeEach(async () => {
  on = await startStore();
});
afterEach(() => on.close());

const [index, amd64, arm] = [aDigest('1'), aDigest('2'), aDigest('3')];
const moved = (seq: number, subject = TAG_KEY) =>
  anEvent({
    subject,
    seq,
    now: { digest: index, verdict: seq === 2 ? 'rejected' : 'verified', signers: [] },
    sightings: [
      { digest: index, role: 'index' },
      { digest: amd64, role: 'platform', platform: 'linux/amd64' },
      { digest: arm, role: 'platform', platform: 'linux/arm/v6' },
      { digest: arm, role: 'platform', platform: 'linux/arm/v7' },
    ],
  });

describe('where', () => {
  it('finds every tag that led to a digest, by index or by platform', async () => {
    await on.store.events.project(moved(1));
    await on.store.events.project(moved(2));
    await on.store.events.project(moved(1, 'ghcr.io/acme/app:1.4'));
    const found = await Array.fromAsync(on.store.sightings.where(amd64));
    expect(found).toEqual([
      expect.objectContaining({ tagKey: 'ghcr.io/acme/app:1.4', seq: 1 }),
      {
        digest: amd64,
        tagKey: TAG_KEY,
        seq: 1,
        at: AT,
        role: 'platform',
        platform: 'linux/amd64',
        tagDigest: index,
        rejected: false,
      },
      expect.objectContaining({ tagKey: TAG_KEY, seq: 2, rejected: true }),
    ]);
  });

  it('names all platforms that share a manifest', async () => {
    await on.store.events.project(moved(1));
    expect(await Array.fromAsync(on.store.sightings.where(arm))).toMatchObject([
      { platform: 'linux/arm/v6, linux/arm/v7' },
    ]);
  });

  it('knows nothing of a digest that was never seen', async () => {
    expect(await Array.fromAsync(on.store.sightings.where(aDigest('f')))).toEqual([]);
  });
});

describe('of', () => {
  it('is newest first, and only about that tag', async () => {
    for (const seq of [1, 2, 11]) await on.store.events.project(moved(seq));
    await on.store.events.project(moved(5, `${TAG_KEY}-rc1`));
    const found = await on.store.sightings.of(index, TAG_KEY);
    expect(found.map(({ seq }) => seq)).toEqual([11, 2, 1]);
  });
});

describe('when an index has hundreds of platforms', () => {
  const digests = Array.from({ length: 60 }, (_, i) => aDigest((i % 16).toString(16)));
  const many = Array.from({ length: 60 }, (_, i) => {
    const digest = `${digests[i]}`.replace(/..$/, String(i).padStart(2, '0')) as typeof index;
    return { digest, role: 'platform' as const, platform: `linux/p${i}` };
  });

  it('records all of them, also when some are left unprocessed', async () => {
    on.faults.leaveUnprocessed(3);
    await on.store.events.project(anEvent({ sightings: many }));
    for (const { digest } of many) {
      expect(await on.store.sightings.of(digest, TAG_KEY)).toHaveLength(1);
    }
  });

  it('says so, temporarily, when some stay unprocessed', async () => {
    on.faults.leaveUnprocessed(100);
    await expect(on.store.events.project(anEvent({ sightings: many }))).rejects.toMatchObject({
      code: 'THROTTLED',
      temporary: true,
    });
  });
});
