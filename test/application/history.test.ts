import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  eventFeed,
  historyOf,
  runsSince,
  showEvent,
  statusOf,
  whereIs,
} from '../../lambda/application/history.ts';
import { tickOf } from '../../lambda/application/tick.ts';
import type { Digest } from '../../lambda/domain/digest.ts';
import { DAY, HOUR, MINUTE, plus } from '../../lambda/domain/time.ts';
import { pushImage } from '../support/registry/index.ts';
import { START, World } from '../support/world/index.ts';

const YAML = `watch:
  - {image: HOST/shop/api:1, policy: none, every: 1m, labels: {team: shop}}
  - {image: HOST/shop/web:1, policy: none, every: 1m}`;

let world: World;
let ticks: string[];
let digests: Digest[];

beforeEach(async () => {
  world = await World.start();
  ticks = [];
  digests = [];
});
afterEach(() => world.close());

const key = (name: string) => `${world.registry.host}/shop/${name}:1`;
const now = () => world.clock.now();
const push = (name: string, content: string) => {
  const platforms = ['linux/amd64', 'linux/arm64'];
  return pushImage(world.registry, 'shop/'.concat(name), '1', { content, platforms });
};
const tick = async () => void ticks.push((await world.tick()).tick);

/** Two tags, of which one moves there and back, a minute apart. */
async function story(): Promise<void> {
  push('web', 'web');
  await world.apply(YAML);
  for (const content of ['one', 'two', 'one']) {
    digests.push(push('api', content).digest);
    await tick();
  }
  await tick();
}

describe('when the history of a tag is asked for', () => {
  beforeEach(story);
  const of = async (query = {}) =>
    (await historyOf(world.deps, key('api'), { limit: 10, ...query })).map(({ seq }) => seq);

  it('is newest first, and no longer than asked for', async () => {
    expect(await of()).toEqual([3, 2, 1]);
    expect(await of({ limit: 2 })).toEqual([3, 2]);
  });

  it('says what the tag was at an instant, and nothing of before it was known', async () => {
    const [first = '', second = ''] = ticks;
    const at = (time: string) => of({ at: { from: time, to: time } });
    expect(await at(plus(first, 59_000))).toEqual([1]);
    expect(await at(plus(second, 59_000))).toEqual([2]);
    expect(await at(plus(START, -HOUR))).toEqual([]);
    expect(await at(plus(START, DAY))).toEqual([3]);
  });

  it('lists every digest of a day, with the one in force when it began', async () => {
    const [, second = ''] = ticks;
    const from = plus(second, 59_000);
    expect(await of({ at: { from, to: plus(from, DAY) } })).toEqual([3, 2]);
    expect(await of({ at: { from: START.slice(0, 10), to: plus(START, DAY) } })).toEqual([3, 2, 1]);
  });

  it('shows one event, or that there is none', async () => {
    expect(await showEvent(world.deps, key('api'), 2)).toMatchObject({ kind: 'tag.moved' });
    expect(await showEvent(world.deps, key('api'), 9)).toBeUndefined();
  });
});

describe('when the feed is asked for', () => {
  beforeEach(story);
  const feed = async (query = {}) => {
    const events = eventFeed(world.deps, { since: START, until: now(), ...query });
    return Array.fromAsync(events, ({ subject, seq }) => `${subject.split('/').at(-1)}#${seq}`);
  };

  it('has the events of all tags, newest first', async () => {
    const all = await feed();
    expect(all.filter((id) => id.startsWith('api'))).toEqual(['api:1#3', 'api:1#2', 'api:1#1']);
    expect(all).toContain('web:1#1');
  });

  it('is cut down by kind, time and selection', async () => {
    expect(await feed({ kind: 'tag.moved' })).toEqual(['api:1#3', 'api:1#2']);
    expect(await feed({ since: ticks[2] })).not.toContain('api:1#2');
    expect(await feed({ selection: { labels: ['team=shop'], minSeverity: 'low' } })).toEqual([
      'api:1#3',
      'api:1#2',
    ]);
    expect(await feed({ selection: { registry: 'ghcr.io' } })).toEqual([]);
  });
});

describe('when somebody asks where a digest is', () => {
  beforeEach(story);

  it('names every stay of a tag at it: not before, first and last seen, gone by', async () => {
    const [one = '' as Digest] = digests;
    const [first, second, third] = ticks;
    const stays = await Array.fromAsync(whereIs(world.deps, one));
    const at = (tick: string | undefined) => plus(tick ?? '', 30_000);
    expect(stays.toSorted((a, b) => a.seq - b.seq)).toMatchObject([
      { tagKey: key('api'), seq: 1, role: 'index', firstSeen: at(first), lastSeen: first },
      { tagKey: key('api'), seq: 3, notBefore: second, firstSeen: at(third) },
    ]);
    expect(stays.find(({ seq }) => seq === 1)?.goneBy).toBe(at(second));
    expect(stays.find(({ seq }) => seq === 3)).not.toHaveProperty('goneBy');
    expect(stays.find(({ seq }) => seq === 1)).not.toHaveProperty('notBefore');
  });

  it('finds it by the digests of platforms and configs', async () => {
    const { manifests, configs } = push('api', 'two');
    const [platform] = await Array.fromAsync(
      whereIs(world.deps, manifests['linux/arm64'] as Digest),
    );
    expect(platform).toMatchObject({ role: 'platform', platform: 'linux/arm64', seq: 2 });
    const found = await Array.fromAsync(whereIs(world.deps, configs['linux/arm64'] as Digest));
    expect(found.map(({ role }) => role)).toContain('config');
  });

  it('says when the tag was gone', async () => {
    world.registry.store.repository('shop/api').deleteManifest('1');
    pushImage(world.registry, 'shop/api', 'other', { content: 'other' });
    for (let n = 0; n < 4; n++) await world.tick(16 * MINUTE);
    const stays = await Array.fromAsync(whereIs(world.deps, digests[0] as Digest));
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.missing' });
    expect(stays.find(({ seq }) => seq === 3)).toMatchObject({
      goneBy: world.committed.at(-1)?.at,
    });
  });

  it('finds nothing for a digest that nobody saw', async () => {
    const never = `sha256:${'0'.repeat(64)}` as Digest;
    expect(await Array.fromAsync(whereIs(world.deps, never))).toEqual([]);
  });
});

describe('when the status is asked for', () => {
  const status = async (selection = {}) => Array.fromAsync(statusOf(world.deps, now(), selection));

  it('reads of one tag its own unit and the latest run, however much else there is', async () => {
    await story();
    const { faults } = world.database;
    faults.resetCounts();
    const [row] = await status({ patterns: [key('api')] });
    const narrow = faults.counts.Query ?? 0;
    expect(row).toMatchObject({ tagKey: key('api'), lastChecked: now() });
    faults.resetCounts();
    await status({ patterns: ['*/api:1'] });
    expect(narrow).toBeLessThan(faults.counts.Query ?? 0);
  });

  it('has every watched tag, with its last check', async () => {
    await story();
    const rows = await status();
    expect(rows.map(({ tagKey }) => tagKey).sort()).toEqual([key('api'), key('web')]);
    for (const row of rows) {
      expect(row).toMatchObject({ lastChecked: now(), state: { presence: 'present' } });
      expect(row).not.toHaveProperty('inconclusive');
    }
    expect(await status({ labels: ['team=shop'] })).toMatchObject([{ tagKey: key('api') }]);
    expect(await status({ verdict: 'not-required' })).toHaveLength(2);
    expect(await status({ verdict: 'rejected' })).toEqual([]);
  });

  it('says of a tag that nobody checked that nothing is known', async () => {
    await world.apply(YAML);
    const [row] = await status();
    expect(row).not.toHaveProperty('state');
    expect(row).not.toHaveProperty('lastChecked');
  });

  it('says why and since when a check fails', async () => {
    await story();
    const since = now();
    world.registry.faults.add({ path: '/v2/shop/api/manifests/1', status: 500 });
    await tick();
    await tick();
    const [row] = await status({ inconclusive: true });
    expect(row).toMatchObject({ tagKey: key('api'), inconclusive: { reason: 'server-error' } });
    expect(await status({ inconclusive: true })).toHaveLength(1);
    expect((row?.inconclusive?.since ?? '') <= plus(since, MINUTE)).toBe(true);
  });

  it('says that a registry asked for silence, and keeps the last check that was one', async () => {
    await story();
    const last = now();
    world.registry.faults.add({ status: 429, headers: { 'retry-after': '600' } });
    await tick();
    const rows = await status({ inconclusive: true });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      inconclusive: { reason: 'throttled' },
      lastChecked: tickOf(last),
    });
  });

  it('says that a state could not be read', async () => {
    await story();
    world.database.faults.leaveUnprocessed(100, 1);
    expect((await status())[0]).toMatchObject({ inconclusive: { reason: 'state-unread' } });
  });

  it('has the tags of a filter', async () => {
    push('api', 'one');
    await world.apply('watch: [{image: HOST/shop/api, tags: {glob: ["*"]}, policy: none}]');
    expect(await status()).toEqual([]);
    await tick();
    expect(await status()).toMatchObject([{ tagKey: key('api'), state: { presence: 'present' } }]);
  });

  it('has the last check of the tags of a filter, when all of them were asked for', async () => {
    push('api', 'one');
    await world.apply(
      'watch: [{image: HOST/shop/api, tags: {glob: ["*"]}, policy: none, every: 1m}]',
    );
    await tick();
    const first = (await status())[0]?.lastChecked ?? '';
    await tick();
    const second = (await status())[0]?.lastChecked ?? '';
    expect(second > first).toBe(true);
    const { runs } = world.deps;
    const putReceipt = runs.putReceipt.bind(runs);
    runs.putReceipt = async (receipt) =>
      /\.0$/.test(receipt.job) ? undefined : putReceipt(receipt);
    await tick();
    expect((await status())[0]?.lastChecked).toBe(second);
  });
});

describe('when the runs are asked for', () => {
  it('are the sums of their receipts, newest first', async () => {
    await story();
    const runs = await Array.fromAsync(runsSince(world.deps, START.slice(0, 10)));
    expect(runs.map(({ tick: at }) => at)).toEqual(ticks.toReversed());
    expect(runs.every(({ incomplete }) => !incomplete)).toBe(true);
    expect(runs.map(({ totals }) => totals.moved)).toEqual([0, 1, 1, 0]);
    expect(runs.at(-1)).toMatchObject({ jobs: 2, receipts: 2, totals: { firstSeen: 2 } });
  });

  it('are incomplete while a job of theirs has no receipt', async () => {
    push('api', 'one');
    push('web', 'web');
    await world.apply(YAML);
    const { runs } = world.deps;
    const putReceipt = runs.putReceipt.bind(runs);
    let lost = 1;
    runs.putReceipt = async (receipt) => (lost-- > 0 ? undefined : putReceipt(receipt));
    await tick();
    const [run] = await Array.fromAsync(runsSince(world.deps, START.slice(0, 10)));
    expect(run).toMatchObject({ incomplete: true, jobs: 2, receipts: 1 });
    expect(run).not.toHaveProperty('finishedAt');
  });
});
