import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckJob, Job, Totals } from '../../lambda/application/ports.ts';
import { scanJob } from '../../lambda/application/scan.ts';
import { NO_TOTALS } from '../../lambda/application/totals.ts';
import { NO_POLICY } from '../../lambda/domain/policy.ts';
import { HOUR, MINUTE, plus, SECOND } from '../../lambda/domain/time.ts';
import type { Unit, UnitTag } from '../../lambda/domain/watch.ts';
import { type PushedImage, pushImage } from '../support/registry/index.ts';
import { aUnit, TERMS } from '../support/store/examples.ts';
import { World } from '../support/world/index.ts';

let world: World;
let jobs: number;

beforeEach(async () => {
  world = await World.start({ deadline: 300 });
  jobs = 0;
});
afterEach(() => world.close());

const put = (tag: string, content: string, options = {}): PushedImage =>
  pushImage(world.registry, 'shop/api', tag, { content, ...options });
const key = (tag: string) => `${world.registry.host}/shop/api:${tag}`;
const manifestPath = (tag: string) => `/v2/shop/api/manifests/${tag}`;

function unitOf(...tags: string[]): Unit {
  const terms = [{ ...TERMS, every: 1 as const }];
  const entries: UnitTag[] = tags.map((tag) => ({ tag, terms }));
  const { host } = world.registry;
  return aUnit({ lane: host, registry: host, repository: 'shop/api', every: 1, tags: entries });
}

function jobOf(unit: Unit, changes: Partial<CheckJob> = {}): CheckJob {
  const tick = world.clock.now();
  const id = `job-${++jobs}`;
  return { v: 1, kind: 'check', id, tick, sentAt: tick, offset: 0, unit, ...changes };
}

const scan = (job: Job, changes = {}): Promise<Totals> =>
  scanJob(world.deps, job, {
    until: plus(world.clock.now(), HOUR),
    concurrency: 2,
    ...changes,
  });
const check = (...tags: string[]) => scan(jobOf(unitOf(...tags)));
const state = async (tag = '1') => {
  const read = await world.deps.states.read(key(tag));
  return read.kind === 'found' ? read.state : undefined;
};
const kinds = () => world.committed.map(({ kind }) => kind);
const requests = () => world.registry.requests.map(({ method, path }) => `${method} ${path}`);

describe('when nothing has changed', () => {
  it('asks once per tag and writes its receipt and nothing else', async () => {
    put('1', 'one');
    put('2', 'two');
    expect(await check('1', '2')).toMatchObject({ checked: 2, firstSeen: 2, events: 2 });
    world.registry.forget();
    world.database.faults.resetCounts();
    expect(await check('1', '2')).toEqual({ ...NO_TOTALS, checked: 2, unchanged: 2 });
    expect(requests()).toEqual([`HEAD ${manifestPath('1')}`, `HEAD ${manifestPath('2')}`]);
    expect(world.database.faults.counts).toEqual({ BatchGetItem: 1, GetItem: 1, PutItem: 1 });
  });
});

describe('when a tag has moved', () => {
  it('proves it by a GET, and remembers under which digests it can be found', async () => {
    put('1', 'one');
    await check('1');
    world.registry.forget();
    const platforms = ['linux/amd64', 'linux/arm64'];
    const moved = put('1', 'two', { platforms });
    expect(await check('1')).toMatchObject({ moved: 1, events: 1 });
    expect(requests()).toContain(`GET ${manifestPath('1')}`);
    expect(await state()).toMatchObject({ digest: moved.digest, proven: true });
    const digests = [moved.digest, ...Object.values({ ...moved.manifests, ...moved.configs })];
    for (const digest of digests.flat()) {
      expect((await world.deps.sightings.of(digest as never, key('1')))[0]).toMatchObject({
        seq: 2,
      });
    }
  });

  it('knows a digest from before, also when the state has forgotten it', async () => {
    put('1', 'zero');
    await check('1');
    for (let n = 1; n <= 9; n++) {
      put('1', `content ${n}`);
      await check('1');
    }
    put('1', 'zero');
    await check('1');
    expect(world.committed.at(-1)?.changes[0]).toMatchObject({ rollback: true });
    expect(world.committed.at(-2)?.changes[0]).not.toMatchObject({ rollback: true });
  });

  it('says when it was last seen in place: the tick of the receipt before', async () => {
    put('1', 'one');
    const { tick } = await world
      .apply(`watch: [{image: "${key('1')}", policy: none, every: 1m}]`)
      .then(() => world.tick());
    await world.tick();
    const last = (await world.tick()).tick;
    expect(last > tick).toBe(true);
    put('1', 'two');
    await world.tick();
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved', lastUnchanged: last });
  });

  it('says so too when the last checks before it failed', async () => {
    put('1', 'one');
    await world.apply(`watch: [{image: "${key('1')}", policy: none, every: 1m}]`);
    await world.tick();
    await world.tick();
    const last = (await world.tick()).tick;
    const mend = world.registry.faults.add({ status: 500 });
    await world.tick();
    await world.tick();
    mend();
    put('1', 'two');
    await world.tick();
    expect(world.committed.at(-1)).toMatchObject({ kind: 'tag.moved', lastUnchanged: last });
  });

  it('is told although its manifest is not one that we accept', async () => {
    put('1', 'one');
    await check('1');
    const bytes = new TextEncoder().encode('{"schemaVersion": 2, "layers": "many"}');
    world.registry.store
      .repository('shop/api')
      .putManifest(bytes, 'application/vnd.oci.image.manifest.v1+json', '1');
    await check('1');
    expect(kinds()).toEqual(['tag.first-seen', 'tag.moved']);
  });
});

describe('when a HEAD does not tell the digest', () => {
  it('asks with a GET', async () => {
    const image = put('1', 'one');
    const headers = { 'docker-content-digest': undefined };
    world.registry.faults.add({ method: 'HEAD', headers });
    world.registry.faults.add({ method: 'GET', path: manifestPath('1'), headers });
    await check('1');
    expect(await state()).toMatchObject({ digest: image.digest, proven: true });
    put('1', 'two');
    expect(await check('1')).toMatchObject({ moved: 1 });
  });

  it('believes a GET that finds what a HEAD does not', async () => {
    const image = put('1', 'one');
    world.registry.faults.add({ method: 'HEAD', status: 404, body: '' });
    await check('1');
    expect(await state()).toMatchObject({ digest: image.digest, presence: 'present' });
  });

  it('never takes a HEAD for a move', async () => {
    put('1', 'one');
    await check('1');
    const lie = { 'docker-content-digest': `sha256:${'f'.repeat(64)}` };
    world.registry.faults.add({ method: 'HEAD', headers: lie });
    expect(await check('1')).toMatchObject({ unchanged: 1, moved: 0, events: 0 });
  });
});

describe('when the registry fails', () => {
  const FAULTS = [
    ['a 500', { status: 500, body: 'oops' }, 'server-error'],
    ['silence', { hang: true }, 'timeout'],
    ['bytes of another digest', { method: 'GET', body: '{}' }, 'digest-mismatch'],
    [
      'a body over the limit',
      { method: 'GET', body: 'x'.repeat(4 * 1024 * 1024 + 1) },
      'too-large',
    ],
    ['a 404 that no registry wrote', { status: 404, body: '<html>' }, 'not-oci'],
  ] as const;

  it.each(FAULTS)('is inconclusive on %s, and knows what it knew', async (_, fault, reason) => {
    const image = put('1', 'one');
    put('2', 'two');
    await check('1', '2');
    put('1', 'moved');
    // The name of what is asked for is a promise: other bytes than those of the HEAD's digest.
    const headers = { 'docker-content-digest': `sha256:${'e'.repeat(64)}` };
    const spoilt = reason === 'digest-mismatch' ? { ...fault, headers } : fault;
    world.registry.faults.add({ path: manifestPath('1'), ...spoilt });
    const totals = await check('1', '2');
    expect(totals).toMatchObject({ moved: 0, events: 0, unchanged: 1, missing: 0 });
    expect(totals.inconclusive).toEqual({ [reason]: 1 });
    expect(await state()).toMatchObject({ digest: image.digest, failing: { reason } });
    expect(kinds()).toEqual(['tag.first-seen', 'tag.first-seen']);
  });

  it('writes the failure once, and that it is over once', async () => {
    put('1', 'one');
    await check('1');
    const mend = world.registry.faults.add({ status: 500 });
    await check('1');
    world.database.faults.resetCounts();
    await check('1');
    expect(world.database.faults.writes).toBe(1);
    mend();
    await check('1');
    expect(await state()).not.toHaveProperty('failing');
    world.database.faults.resetCounts();
    await check('1');
    expect(world.database.faults.writes).toBe(1);
  });

  it('stops asking when the registry is out of reach, and still writes down every tag', async () => {
    const tags = ['1', '2', '3', '4', '5', '6', '7', '8'];
    for (const tag of tags) put(tag, tag);
    await check(...tags);
    world.registry.forget();
    world.registry.faults.add({ hang: true });
    expect((await check(...tags)).inconclusive).toEqual({ timeout: 8 });
    expect(world.registry.requests.length).toBeLessThan(6);
    expect(await state('8')).toMatchObject({ failing: { reason: 'timeout' } });
  });
});

describe('when the registry is slow', () => {
  it('uses what it has asked: a job of ten minutes does not come nearer to its end by one tag', async () => {
    const tags = Array.from({ length: 20 }, (_, n) => `v${n}`);
    for (const tag of tags) put(tag, tag);
    await check(...tags);
    world.registry.forget();
    world.registry.faults.add({
      method: 'HEAD',
      answer: () => {
        void world.clock.advance(MINUTE);
        return undefined;
      },
    });
    const job = jobOf(unitOf(...tags));
    const until = plus(world.clock.now(), 10 * MINUTE);
    const { checked } = await scan(job, { until, concurrency: 1 });
    const heads = world.registry.requests.length;
    expect(checked).toBeGreaterThanOrEqual(8);
    expect(heads).toBeLessThanOrEqual(checked + 1);
  });
});

describe('when the registry says 429', () => {
  const throttle = (fault = {}) =>
    world.registry.faults.add({ status: 429, headers: { 'retry-after': '120' }, ...fault });

  beforeEach(async () => {
    await world.apply('watch: [{image: HOST/shop/api:1, policy: none, every: 1m}]');
  });

  it('asks nothing more of this job, and silences the lane for as long as it says', async () => {
    const tags = ['1', '2', '3', '4', '5', '6'];
    for (const tag of tags) put(tag, tag);
    await check(...tags);
    world.registry.forget();
    throttle();
    world.database.faults.resetCounts();
    expect((await check(...tags)).inconclusive).toEqual({ throttled: 6 });
    expect(world.registry.requests).toHaveLength(2);
    const lane = await world.deps.lanes.read(world.registry.host);
    expect(lane?.notBefore).toBe(plus(world.clock.now(), 120 * SECOND));
    // The lane (its silence, its trouble), the receipt, and once of every tag that it is not known.
    expect(world.database.faults.writes).toBe(3 + tags.length);
    world.database.faults.resetCounts();
    await check(...tags);
    expect(world.database.faults.writes).toBe(1);
  });

  it('tells when it says so for an hour, although it never asks for a long silence', async () => {
    put('1', 'one');
    await world.tick();
    const mend = throttle({ headers: {} });
    for (let minute = 0; minute < 58; minute++) await world.tick();
    expect(kinds()).not.toContain('watch.failing');
    for (let minute = 0; minute < 5; minute++) await world.tick();
    expect(world.committed.at(-1)).toMatchObject({
      kind: 'registry.failing',
      changes: [{ summary: expect.stringContaining('asks for fewer requests') }],
    });
    mend();
    for (let minute = 0; minute < 2; minute++) await world.tick();
    expect(kinds().at(-1)).toBe('registry.recovered');
    expect(kinds()).not.toContain('watch.failing');
  });

  it('waits a minute where it does not say', async () => {
    put('1', 'one');
    throttle({ headers: {} });
    await check('1');
    const lane = await world.deps.lanes.read(world.registry.host);
    expect(lane?.notBefore).toBe(plus(world.clock.now(), MINUTE));
  });

  it('takes an unproven baseline when only the GET is refused, and proves it later', async () => {
    const image = put('1', 'one');
    const mend = throttle({ method: 'GET' });
    expect(await check('1')).toMatchObject({ firstSeen: 1 });
    expect(await state()).toMatchObject({ digest: image.digest, proven: false });
    mend();
    await world.clock.advance(120 * SECOND);
    await check('1');
    expect(await state()).toMatchObject({ digest: image.digest, proven: true });
  });

  it('never takes a refused GET for a move', async () => {
    put('1', 'one');
    await check('1');
    put('1', 'two');
    throttle({ method: 'GET' });
    expect(await check('1')).toMatchObject({ moved: 0, inconclusive: { throttled: 1 } });
  });
});

describe('when a tag is not there', () => {
  const remove = () => world.registry.store.repository('shop/api').deleteManifest('1');

  it('is missing after three answers over half an hour, while others are there', async () => {
    put('1', 'one');
    put('2', 'two');
    await check('1', '2');
    remove();
    for (let n = 0; n < 3; n++) {
      expect(kinds()).not.toContain('tag.missing');
      expect(await check('1', '2')).toMatchObject({ missing: 1, unchanged: 1 });
      await world.clock.advance(16 * MINUTE);
    }
    expect(kinds()).toContain('tag.missing');
  });

  it('asks the listing when no other tag has answered, and believes no contradiction', async () => {
    put('1', 'one');
    await check('1');
    world.registry.faults.add({ path: manifestPath('1'), status: 404, body: MANIFEST_UNKNOWN });
    world.registry.forget();
    await check('1');
    expect(requests()).toContain('GET /v2/shop/api/tags/list');
    expect(await state()).not.toHaveProperty('suspicion');
    expect(await state()).toMatchObject({ failing: { reason: 'absent-unconfirmed' } });
  });

  it('says access, not absence, when it is denied', async () => {
    put('1', 'one');
    await check('1');
    world.registry.faults.add({ status: 403, body: DENIED });
    expect(await check('1')).toMatchObject({ denied: 1, missing: 0 });
    expect(await state()).toMatchObject({ suspicion: { kind: 'denied' } });
  });
});

const MANIFEST_UNKNOWN = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'no' }] });
const DENIED = JSON.stringify({ errors: [{ code: 'DENIED', message: 'no' }] });

describe('when the store does not give the states', () => {
  it('is inconclusive, and never a first sight', async () => {
    put('1', 'one');
    await check('1');
    put('1', 'two');
    world.database.faults.leaveUnprocessed(100, 1);
    expect(await check('1')).toMatchObject({ inconclusive: { 'state-unread': 1 }, events: 0 });
    world.database.faults.leaveUnprocessed(0);
    expect(kinds()).toEqual(['tag.first-seen']);
    expect(await check('1')).toMatchObject({ moved: 1 });
  });
});

describe('when somebody else decides about the same tag', () => {
  it('completes the winner, looks again, and tells what is new', async () => {
    put('1', 'one');
    await check('1');
    world.database.faults.holdBack('reads');
    put('1', 'two');
    await check('1');
    put('1', 'three');
    // This scan reads the state as it was before "two": its first commit collides.
    expect(await check('1')).toMatchObject({ moved: 1 });
    await world.database.faults.catchUp();
    const events = await world.history(key('1'));
    expect(events.map(({ kind }) => kind)).toEqual(['tag.first-seen', 'tag.moved', 'tag.moved']);
    expect(events[2]?.was?.digest).toBe(events[1]?.now?.digest);
  });

  it('leaves it to the next tick after three times', async () => {
    put('1', 'one');
    await check('1');
    const { events } = world.deps;
    const commit = events.commit.bind(events);
    const winner = world.committed[0];
    if (winner === undefined) throw new Error('no baseline');
    events.commit = async () => ({ kind: 'collision', winner });
    put('1', 'two');
    expect(await check('1')).toMatchObject({ moved: 0, inconclusive: { collision: 1 } });
    events.commit = commit;
    expect(await check('1')).toMatchObject({ moved: 1 });
  });
});

describe('when something in one tag breaks us', () => {
  it('counts it, and checks the others', async () => {
    put('1', 'one');
    put('2', 'two');
    const { sightings } = world.deps;
    const of = sightings.of.bind(sightings);
    sightings.of = async (digest, tagKey) => {
      if (tagKey === key('1')) throw new TypeError('undefined is not a function');
      return of(digest, tagKey);
    };
    expect(await check('1', '2')).toMatchObject({ firstSeen: 1, inconclusive: { failed: 1 } });
    sightings.of = of;
    expect(await check('1', '2')).toMatchObject({ firstSeen: 1, unchanged: 1 });
  });
});

describe('when a job runs out of time', () => {
  it('sends its rest, and every part has a receipt', async () => {
    const tags = ['1', '2', '3'];
    for (const tag of tags) put(tag, tag);
    const job = jobOf(unitOf(...tags));
    const until = world.clock.now();
    expect(await scan(job, { until, concurrency: 1 })).toMatchObject({ checked: 1 });
    expect(world.deps.queue.size).toBe(1);
    await world.work();
    const receipts = await Array.fromAsync(world.deps.runs.receipts(job.tick));
    expect(receipts.map(({ offset, spawned, whole }) => ({ offset, spawned, whole }))).toEqual([
      { offset: 0, spawned: 1, whole: false },
      { offset: 1, spawned: 0, whole: false },
    ]);
    expect(kinds()).toHaveLength(3);
  });

  it('stops without a receipt when it is told to, so that it comes again', async () => {
    put('1', 'one');
    const job = jobOf(unitOf('1'));
    const signal = AbortSignal.abort(new Error('stopping'));
    await expect(scan(job, { signal })).rejects.toThrow('stopping');
    expect(await Array.fromAsync(world.deps.runs.receipts(job.tick))).toEqual([]);
    expect(kinds()).toEqual([]);
  });
});

describe('when a digest is watched without a tag', () => {
  it('asks for it by its digest', async () => {
    const { digest } = put('1', 'one');
    const terms = [TERMS];
    const unit = { ...unitOf(), tags: [{ digest, terms }] };
    expect(await scan(jobOf(unit))).toMatchObject({ firstSeen: 1 });
    expect(await scan(jobOf(unit))).toMatchObject({ unchanged: 1 });
    const read = await world.deps.states.read(`${world.registry.host}/shop/api@${digest}`);
    expect(read).toMatchObject({ kind: 'found', state: { digest } });
  });
});

describe('when a filter is checked', () => {
  const filter = (changes = {}) => ({
    glob: ['v*'],
    exclude: [],
    max: 2,
    terms: { ...TERMS, policy: NO_POLICY, every: 1 as const, watchId: 'filter' },
    ...changes,
  });
  const unit = (changes = {}): Unit => ({ ...unitOf(), tags: [], filter: filter(changes) });
  const checked = async () => {
    world.registry.forget();
    await scan(jobOf(unit()));
    await world.work();
    const heads = world.registry.requests.filter(({ method }) => method === 'HEAD');
    return heads.map(({ path }) => path.split('/').at(-1)).sort();
  };

  it('checks the tags that it covers, and tells once what is beyond its max', async () => {
    for (const tag of ['v1', 'v2', 'v3', 'edge']) put(tag, tag);
    expect(await checked()).toEqual(['v2', 'v3']);
    expect(await checked()).toEqual(['v2', 'v3']);
    const truncated = world.committed.filter(({ kind }) => kind === 'watch.truncated');
    expect(truncated).toMatchObject([{ data: { truncated: 1, tags: ['v1'] } }]);
  });

  it('keeps to the tags that it watches, also those that the listing no longer names', async () => {
    for (const tag of ['v1', 'v2']) put(tag, tag);
    await checked();
    put('v9', 'v9');
    world.registry.store.repository('shop/api').deleteManifest('v1');
    expect(await checked()).toEqual(['v1', 'v2']);
  });

  it.each([
    ['fails', { status: 500 }, 'server-error'],
    ['is denied', { status: 403, body: DENIED }, 'denied'],
  ])('checks what it knows when the listing %s', async (_, fault, reason) => {
    for (const tag of ['v1', 'v2']) put(tag, tag);
    await checked();
    world.registry.faults.add({ path: '/v2/shop/api/tags/list', ...fault });
    expect(await checked()).toEqual(['v1', 'v2']);
    const totals = await scan(jobOf(unit()));
    expect(totals.inconclusive).toEqual({ [reason]: 1 });
  });

  it('leaves out what explicit watches cover', async () => {
    for (const tag of ['v1', 'v2']) put(tag, tag);
    world.registry.forget();
    await scan(jobOf({ ...unit(), covered: ['v1'] }));
    await world.work();
    expect(requests().filter((request) => request.startsWith('HEAD'))).toEqual([
      `HEAD ${manifestPath('v2')}`,
    ]);
  });
});
