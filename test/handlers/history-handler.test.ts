import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { statusOf } from '../../lambda/application/status.ts';
import { eventView, statusView } from '../../lambda/application/views.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { createHistoryHandler } from '../../lambda/handlers/history-handler.ts';
import { aContext, RecordingLog } from '../support/lambda/index.ts';
import { pushImage } from '../support/registry/index.ts';
import { World } from '../support/world/index.ts';

const TAGS = ['1', '2', '3', '4', '5'];
let world: World;
let said: RecordingLog;

/** Of the tests of a group that change nothing, or of each test. */
async function startWorld(): Promise<void> {
  world = await World.start();
  said = new RecordingLog();
  for (const tag of TAGS) push(tag, `first ${tag}`);
  const images = TAGS.map((tag) => `"HOST/acme/app:${tag}"`);
  await world.apply(
    `watch: [{policy: none, images: [${images}], every: 1m, labels: {team: "é"}}, {policy: none, image: "HOST/acme/other:1", every: 5m}]`,
  );
  await world.tick();
}

const push = (tag: string, content: string) =>
  pushImage(world.registry, 'acme/app', tag, { content });
const key = (tag: string) => `${world.registry.host}/acme/app:${tag}`;

interface Got {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the answer is, a test says what it expects
  readonly body: any;
  readonly link: string | undefined;
  readonly text: string;
}

async function get(
  rawPath: string,
  query: Record<string, string> | string = {},
  options: { readonly method?: string; readonly remaining?: number; readonly stage?: string } = {},
): Promise<Got> {
  const { method = 'GET', remaining = 15_000, stage = '$default' } = options;
  const rawQueryString = typeof query === 'string' ? query : String(new URLSearchParams(query));
  const event = {
    ...{ version: '2.0', rawPath, rawQueryString },
    requestContext: { stage, http: { method } },
  } as APIGatewayProxyEventV2;
  const { clock, deps } = world;
  const store = { ...deps, id: async () => deps.storeId };
  const handler = createHistoryHandler({ clock, log: said.log, store });
  const { statusCode = 0, headers = {}, body = '' } = await handler(event, aContext(remaining));
  return {
    status: statusCode,
    type: String(headers['content-type']),
    body: JSON.parse(body),
    link: headers.link === undefined ? undefined : String(headers.link),
    text: body,
  };
}

/** Every page of a question, and what they have together. */
async function all(path: string, query: Record<string, string>, most = 50): Promise<unknown[]> {
  const found: unknown[] = [];
  let next = String(new URLSearchParams(query));
  for (let pages = 0; pages < most; pages++) {
    const { body, link, status } = await get(path, next);
    expect(status).toBe(200);
    expect(body.length).toBeLessThanOrEqual(Number(query.limit));
    found.push(...body);
    if (link === undefined) return found;
    expect(link).toMatch(/^<[^>]+>; rel="next"$/);
    next = link.slice(link.indexOf('?') + 1, link.indexOf('>'));
  }
  throw new Error('pages without end');
}

describe('the questions', () => {
  beforeEach(startWorld);
  afterEach(() => world.close());

  it('status is every watched tag, as the command line has it', async () => {
    const { body, status, type } = await get('/status');
    const rows = await Array.fromAsync(statusOf(world.deps, world.clock.now()));
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(new Set(body)).toEqual(new Set(rows.map(statusView)));
    expect(body).toHaveLength(6);
  });

  it('status is of what is selected', async () => {
    expect((await get('/status', { tag: key('2') })).body).toMatchObject([{ tag: key('2') }]);
    expect((await get('/status', { tag: '*/acme/app' })).body).toHaveLength(5);
    expect((await get('/status', { label: 'team=é' })).body).toHaveLength(5);
    expect((await get('/status', { label: 'team=no' })).body).toEqual([]);
    expect((await get('/status', { verdict: 'rejected' })).body).toEqual([]);
    expect((await get('/status', { inconclusive: 'true' })).body).toMatchObject([
      { tag: `${world.registry.host}/acme/other:1`, inconclusive: { reason: 'absent' } },
    ]);
  });

  it('history is the events of a tag, newest first, as CloudEvents', async () => {
    push('1', 'second');
    await world.tick();
    const { body } = await get('/history', { ref: key('1') });
    const events = (await world.history(key('1'))).toReversed();
    expect(body).toEqual(events.map((event) => eventView(event, world.deps.storeId)));
    expect(body).toHaveLength(2);
  });

  it('history says what a tag was at a time', async () => {
    const before = world.clock.now();
    await world.clock.advance(10 * MINUTE);
    push('1', 'second');
    await world.tick();
    const { body } = await get('/history', { ref: key('1'), at: before });
    expect(body).toMatchObject([{ type: 'dev.tagwarden.tag.first-seen.v1' }]);
    expect((await get('/history', { ref: key('1'), at: '2026-03-19' })).body).toHaveLength(2);
  });

  it('event is one, whole', async () => {
    const { body } = await get('/event', { id: `${key('1')}#1` });
    expect(body).toMatchObject({ subject: key('1'), id: `test/${key('1')}#1` });
    const missing = await get('/event', { id: `${key('1')}#9` });
    expect(missing).toMatchObject({ status: 404, body: { detail: `no event ${key('1')}#9` } });
  });

  it('events is the feed, by kind and selection', async () => {
    push('3', 'second');
    await world.tick();
    expect((await get('/events', { kind: 'tag.moved' })).body).toMatchObject([
      { subject: key('3') },
    ]);
    expect((await get('/events', { tag: key('3') })).body).toHaveLength(2);
    expect((await get('/events', { since: '1s', kind: 'tag.first-seen' })).body).toEqual([]);
  });

  it('where is who ever pointed at a digest', async () => {
    const { digest } = push('1', 'first 1');
    expect((await get('/where', { digest })).body).toMatchObject([
      { tag: key('1'), event: `${key('1')}#1`, goneBy: null },
    ]);
    const nowhere = `sha256:${'0'.repeat(64)}`;
    expect((await get('/where', `digest=${nowhere}&digest=${digest}`)).body).toHaveLength(1);
  });

  it('runs are the ticks with their totals', async () => {
    const { body } = await get('/runs');
    expect(body).toMatchObject([{ totals: { checked: 6 }, incomplete: false }]);
  });

  it('health is what the command line says', async () => {
    expect((await get('/health')).body).toMatchObject({ healthy: expect.any(Boolean) });
  });

  it('are found behind the name of a stage', async () => {
    const { body } = await get('/prod/status', { limit: '1' }, { stage: 'prod' });
    expect(body).toHaveLength(1);
  });

  it('are answered in ASCII', async () => {
    const { text } = await get('/status');
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).toContain('team=\\u00e9');
  });
});

describe('pages', () => {
  beforeAll(async () => {
    await startWorld();
    for (const content of ['second', 'third']) {
      push('1', content);
      await world.tick();
    }
  });
  afterAll(() => world.close());

  it.each(['1', '2', '4', '100'])('of %s have every tag once', async (limit) => {
    const found = (await all('/status', { limit })) as { tag: string }[];
    expect(found.map(({ tag }) => tag).sort()).toEqual(
      [...TAGS.map(key), `${world.registry.host}/acme/other:1`].sort(),
    );
  });

  it.each(['1', '3'])('of %s have every event once', async (limit) => {
    const ids = ((await all('/events', { limit })) as { id: string }[]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const whole = (await get('/events', { limit: '500' })).body as { id: string }[];
    expect(ids).toEqual(whole.map(({ id }) => id));
  });

  it('go through a tag’s own events, runs and sightings', async () => {
    expect(await all('/history', { ref: key('1'), limit: '1' })).toHaveLength(3);
    expect(await all('/runs', { limit: '1' })).toHaveLength(3);
    const { digest } = push('1', 'first 1');
    expect(await all('/where', { digest, limit: '1' })).toHaveLength(1);
  });

  it('end when time is up, and go on from there also when nothing fits', async () => {
    const question = { verdict: 'rejected', limit: '10' };
    const { body, link } = await get('/status', question, { remaining: 1_000 });
    expect(body).toEqual([]);
    expect(link).toContain('page=');
    expect(await all('/status', question)).toEqual([]);
  });

  it('are refused under another question, and as anything but what was given out', async () => {
    const { link = '' } = await get('/status', { limit: '1' });
    const page = new URLSearchParams(link.slice(link.indexOf('?'), link.indexOf('>'))).get('page');
    const problems = [
      await get('/status', { tag: '*', page: page ?? '' }),
      await get('/events', { page: page ?? '' }),
      ...(await Promise.all(
        [
          '',
          'x',
          '%%%',
          'e30',
          '../../etc',
          'A'.repeat(3_000),
          forged({ lane: 1 }),
          forged(null),
        ].map((bad) => get('/status', { page: bad })),
      )),
    ];
    for (const { status, type, body } of problems) {
      expect({ status, type }).toEqual({ status: 400, type: 'application/problem+json' });
      expect(body).toMatchObject({ type: 'urn:tagwarden:problem:page-token' });
    }
    expect((await get('/status', { limit: '3', page: page ?? '' })).status).toBe(200);
  });
});

function forged(c: unknown): string {
  return Buffer.from(JSON.stringify({ v: 1, q: 'x'.repeat(16), c })).toString('base64url');
}

describe('what is no question', () => {
  beforeAll(startWorld);
  afterAll(() => world.close());

  it.each([
    ['/nowhere', {}, 404, 'no-route', 'expected one of /status, /history'],
    ['/', {}, 404, 'no-route', 'expected one of /status'],
    ['/__proto__', {}, 404, 'no-route', 'expected one of /status'],
    ['/status', { limt: '1' }, 400, 'bad-input', 'found the parameter "limt", expected tag,'],
    ['/health', { x: '1' }, 400, 'bad-input', 'expected none for this route'],
    ['/status', { limit: '0' }, 400, 'bad-input', 'limit: found "0", expected 1 to 500'],
    ['/status', { limit: '501' }, 400, 'bad-input', 'limit: found "501", expected 1 to 500'],
    ['/status', { limit: '1e2' }, 400, 'bad-input', 'limit: found "1e2"'],
    ['/status', { label: 'team' }, 400, 'bad-input', 'label: found "team", expected key=value'],
    ['/status', { verdict: 'good' }, 400, 'bad-input', 'verdict: found "good", expected one of'],
    ['/status', { 'min-severity': 'x' }, 400, 'bad-input', 'min-severity: found "x"'],
    ['/status', { inconclusive: 'yes' }, 400, 'bad-input', 'inconclusive: found "yes"'],
    ['/status', { registry: 'a/b' }, 400, 'bad-input', 'a/b'],
    ['/history', {}, 400, 'bad-input', 'ref: expected a reference such as alpine:edge'],
    ['/history', { ref: 'a//b:1' }, 400, 'bad-input', 'a//b'],
    ['/history', { ref: 'a:1', at: 'yesterday' }, 400, 'bad-input', 'at: found "yesterday"'],
    ['/event', { id: 'alpine:edge' }, 400, 'bad-input', 'id: found "alpine:edge"'],
    ['/events', { kind: 'tag.gone' }, 400, 'bad-input', 'kind: found "tag.gone", expected one of'],
    ['/where', {}, 400, 'bad-input', 'digest: found "", expected sha256:'],
    ['/where', { digest: 'sha256:abc' }, 400, 'bad-input', 'digest: found "sha256:abc"'],
    ['/status', { tag: 'x'.repeat(9_000) }, 400, 'bad-input', 'expected 8192'],
  ])('%s %j is a problem that says so', async (path, query, status, kind, detail) => {
    const got = await get(path, query as Record<string, string>);
    expect(got).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, type: `urn:tagwarden:problem:${kind}` },
    });
    expect(got.body.detail).toContain(detail);
  });

  it('is asked twice with one parameter', async () => {
    const { status, body } = await get('/history', 'ref=a&ref=b');
    expect({ status, detail: body.detail }).toEqual({
      status: 400,
      detail: 'found ref more than once, expected it once',
    });
  });

  it.each(['POST', 'DELETE', 'PUT'])('is a %s', async (method) => {
    expect(await get('/status', {}, { method })).toMatchObject({ status: 405 });
  });
});

describe('when the store is in trouble', () => {
  beforeEach(startWorld);
  afterEach(() => world.close());

  it('says that it may be tried again, and nothing of what is inside', async () => {
    world.database.faults.throttle(1_000);
    const { status, text } = await get('/status');
    world.database.faults.throttle(0);
    expect(status).toBe(503);
    expect(text).not.toMatch(/lambda|\.ts|Exception|LANES/);
    expect(said.lines).toMatchObject([{ level: 'error', message: 'question not answered' }]);
  });

  it('says where to look when it is our own fault', async () => {
    world.deps.watches.unitsBySlot = () => {
      throw new TypeError('undefined is not a function at lambda/x.ts:1');
    };
    const { status, body, text } = await get('/status');
    expect(status).toBe(500);
    expect(body.detail).toBe(`see the log of request ${aContext().awsRequestId}`);
    expect(text).not.toContain('lambda');
  });

  it('writes nothing, whatever is asked', async () => {
    world.database.faults.resetCounts();
    for (const path of ['/status', '/events', '/runs', '/health']) await get(path);
    await get('/history', { ref: key('1') });
    await get('/where', { digest: `sha256:${'a'.repeat(64)}` });
    expect(world.database.faults.writes).toBe(0);
  });
});
