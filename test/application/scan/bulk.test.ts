import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pushImage, type TagApiDouble } from '../../support/registry/index.ts';
import { World } from '../../support/world/index.ts';

const TAGS = Array.from({ length: 12 }, (_, n) => `v${n}`);

let world: World;
let api: TagApiDouble;
afterEach(() => world.close());

const put = (tag: string, content: string) =>
  pushImage(world.registry, 'shop/api', tag, { content });
const heads = () => world.registry.requests.filter(({ method }) => method === 'HEAD').length;
const gets = () =>
  world.registry.requests.filter(
    ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
  ).length;
const kinds = () => world.committed.map(({ kind, tag }) => `${kind} ${tag ?? ''}`.trim());

/** A watched repository, its baseline taken; then everything is counted from nothing. */
async function watching(kind: 'hub' | 'quay', tags: readonly string[] = TAGS): Promise<void> {
  world = await World.start({ tagApi: kind });
  api = world.tagApi as TagApiDouble;
  for (const tag of tags) put(tag, tag);
  const images = tags.map((tag) => `"HOST/shop/api:${tag}"`).join(', ');
  await world.apply(`watch: [{images: [${images}], policy: none, every: 1m}]`);
  await world.tick();
  await world.tick();
  forget();
}

function forget(): void {
  world.registry.forget();
  world.committed.length = 0;
  api.pages.length = 0;
}

describe.each(['hub', 'quay'] as const)('many tags of a repository on %s', (kind) => {
  beforeEach(() => watching(kind));

  it('that have not moved cost one page and one sample', async () => {
    await world.tick();
    expect({ pages: api.pages.length, heads: heads(), gets: gets() }).toEqual({
      pages: 1,
      heads: 1,
      gets: 0,
    });
    expect(kinds()).toEqual([]);
  });

  it('move by the bytes of a GET', async () => {
    put('v3', 'new');
    await world.tick();
    expect(kinds()).toEqual(['tag.moved v3']);
    expect(gets()).toBe(1);
  });

  it('that are not named are asked for one by one', async () => {
    for (const tag of ['v3', 'v7']) api.lies.set(tag, null);
    await world.tick();
    expect(heads()).toBe(3);
    expect(kinds()).toEqual([]);
  });
});

describe('what the tag API says', () => {
  beforeEach(() => watching('hub'));

  it('of a move that is none is refuted by the GET', async () => {
    const other = put('elsewhere', 'other').digest;
    api.lies.set('v3', other);
    // In one of the two it is not the sample.
    await world.tick();
    await world.tick();
    expect(kinds()).toEqual([]);
    expect(gets()).toBeGreaterThan(0);
  });

  it('is not believed while it lags behind the registry', async () => {
    const old = new Map(world.registry.store.repository('shop/api').tags);
    for (const tag of TAGS) {
      put(tag, `new ${tag}`);
      api.lies.set(tag, old.get(tag) ?? null);
    }
    await world.tick();
    expect(kinds()).toHaveLength(TAGS.length);
  });

  it.each([
    ['a web page', { status: 200, body: '<html>' }],
    ['nonsense', { status: 200, body: '{"results": {"name": 5}}' }],
    ['an error', { status: 500 }],
    ['too many requests', { status: 429 }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a broken answer', { cut: 20 }],
  ])('as %s is nothing: every tag is asked for', async (_, fault) => {
    world.registry.faults.first({ path: /^\/v2\/repositories\//, ...fault });
    await world.tick();
    expect(heads()).toBe(TAGS.length);
    expect(kinds()).toEqual([]);
  });

  it('is asked without any credential', async () => {
    await world.tick();
    const [page] = world.registry.requests.filter(({ path }) =>
      path.startsWith('/v2/repositories/'),
    );
    expect(page?.headers.authorization).toBeUndefined();
  });
});

it('a page that names few of many is the last', async () => {
  const many = Array.from({ length: 250 }, (_, n) => `old${n}`);
  await watching('hub', [...many.slice(0, 4), ...many.slice(240, 250)]);
  for (const tag of many) put(tag, tag);
  forget();
  await world.tick();
  expect(api.pages).toHaveLength(1);
});

it('few tags are asked for one by one', async () => {
  await watching('hub', TAGS.slice(0, 9));
  await world.tick();
  expect({ pages: api.pages.length, heads: heads() }).toEqual({ pages: 0, heads: 9 });
});
