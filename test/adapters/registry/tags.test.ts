import { describe, expect, it } from '@jest/globals';
import type { RegistryClientOptions } from '../../../lambda/adapters/registry/index.ts';
import { digestOf } from '../../../lambda/domain/digest.ts';
import {
  ociError,
  type RegistryDouble,
  type RegistryOptions,
  type SeenRequest,
} from '../../support/registry/index.ts';
import { failureOf, Lab, portOf } from './lab.ts';

const lab = new Lab();
const PATH = '/v2/acme/app/tags/list';

async function tagged(
  tags: readonly string[],
  options: RegistryOptions = {},
  client: Partial<RegistryClientOptions> = {},
) {
  const registry = await lab.registry(options);
  const { tags: stored } = registry.store.repository('acme/app');
  for (const tag of tags) stored.set(tag, digestOf(Buffer.from(tag)));
  const repository = { registry: registry.host, repository: 'acme/app' };
  const list = () => lab.client(client).listTags(repository);
  return { registry, list };
}

function answers(registry: RegistryDouble, answer: (request: SeenRequest) => [unknown, string?]) {
  registry.faults.add({
    answer: (request) => {
      const [tags, link] = answer(request);
      const headers = { 'content-type': 'application/json', ...(link && { link }) };
      return { status: 200, headers, body: JSON.stringify({ name: 'acme/app', tags }) };
    },
  });
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) => `v${String(from + n).padStart(6, '0')}`);
}

describe('listTags', () => {
  it('lists all tags, page by page', async () => {
    const tags = numbered(25);
    const { registry, list } = await tagged(tags, { tagsPerPage: 10 });
    expect(await list()).toEqual({ kind: 'found', tags, complete: true });
    expect(registry.requests.map(({ query }) => query.toString())).toEqual([
      'n=1000',
      'n=10&last=v000009',
      'n=10&last=v000019',
    ]);
  });

  it.each([
    ['an absolute link', (host: string) => `<http://${host}${PATH}?last=b&t=opaque>; rel="next"`],
    ['an unquoted relation', () => `<${PATH}?last=b&t=opaque>; rel=next`],
    ['a query alone', () => '<?last=b&t=opaque>; rel="next"'],
    [
      'another path (Nexus, Artifactory)',
      () => '</repository/x/tags/list?last=b&t=opaque>; rel="next"',
    ],
  ])('follows %s', async (_name, link) => {
    const { registry, list } = await tagged([]);
    answers(registry, ({ query }) =>
      query.get('t') === 'opaque' ? [['c']] : [['a', 'b'], link(registry.host)],
    );
    expect(await list()).toMatchObject({ tags: ['a', 'b', 'c'], complete: true });
    expect(registry.requests.map(({ path }) => path)).toEqual([PATH, PATH]);
  });

  it('asks for the next page where a redirect led to (registry.k8s.io drops the query)', async () => {
    const tags = numbered(25);
    const behind = await tagged(tags, { tagsPerPage: 10 });
    const registry = await lab.registry();
    const location = `${behind.registry.origin}${PATH}`;
    registry.faults.add({ answer: { status: 307, headers: { location }, body: '' } });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const listing = await lab.client().listTags(repository);
    expect(listing).toEqual({ kind: 'found', tags, complete: true });
    expect(registry.requests).toHaveLength(1);
    expect(behind.registry.requests).toHaveLength(3);
  });

  it.each([
    ['400 (distribution with a smaller limit)', ociError(400, 'PAGINATION_NUMBER_INVALID')],
    ['405 (ECR)', ociError(405, 'UNSUPPORTED', 'Member must have value less than or equal to')],
  ])('asks without a page size when that is answered with %s', async (_name, answer) => {
    const { registry, list } = await tagged(numbered(25), { tagsPerPage: 10 });
    registry.faults.add({ when: ({ query }) => Number(query.get('n')) > 10, answer });
    expect(await list()).toEqual({ kind: 'found', tags: numbered(25), complete: true });
  });

  it('fails when no way of asking is taken', async () => {
    const { registry, list } = await tagged(['a']);
    registry.faults.add({ answer: ociError(405, 'UNSUPPORTED') });
    expect(await failureOf(list())).toMatchObject({ code: 'PROTOCOL' });
    expect(registry.requests).toHaveLength(2);
  });

  it('asks on when exactly one page came without a link', async () => {
    const tags = numbered(1500);
    const { registry, list } = await tagged(tags);
    registry.faults.add({ headers: { link: undefined } });
    expect(await list()).toEqual({ kind: 'found', tags, complete: true });
    expect(registry.requests).toHaveLength(2);
  });

  it('believes a registry that ignores the page size and sends everything', async () => {
    const all = numbered(1000).reverse();
    const { registry, list } = await tagged([]);
    answers(registry, () => [all]);
    expect(await list()).toEqual({ kind: 'found', tags: all, complete: true });
    expect(registry.requests).toHaveLength(2);
  });

  it('takes an empty page at the end for the end', async () => {
    const { registry, list } = await tagged([]);
    answers(registry, ({ query }) =>
      query.has('last') ? [[]] : [['a'], `<${PATH}?last=a>; rel="next"`],
    );
    expect(await list()).toMatchObject({ tags: ['a'], complete: true });
  });

  it.each([null, []])('takes %j for no tags', async (tags) => {
    const { registry, list } = await tagged([]);
    answers(registry, () => [tags]);
    expect(await list()).toEqual({ kind: 'found', tags: [], complete: true });
  });

  it('leaves out what is no tag', async () => {
    const { registry, list } = await tagged([]);
    answers(registry, () => [['ok', '../../x', 'a b', 7, null, 'x'.repeat(129), '']]);
    expect(await list()).toMatchObject({ tags: ['ok'] });
  });

  it('is missing when the repository is', async () => {
    const registry = await lab.registry();
    const repository = { registry: registry.host, repository: 'acme/none' };
    expect(await lab.client().listTags(repository)).toMatchObject({
      kind: 'missing',
      oci: true,
      code: 'NAME_UNKNOWN',
    });
  });

  it('starts again when the tag that a page ended with has vanished', async () => {
    const tags = numbered(15);
    const { registry, list } = await tagged(tags, { tagsPerPage: 10 });
    const answer = { status: 404, headers: {}, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' };
    registry.faults.add({ when: ({ query }) => query.has('last'), times: 1, answer });
    expect(await list()).toEqual({ kind: 'found', tags, complete: true });
  });

  it('is not complete when pages keep vanishing', async () => {
    const { registry, list } = await tagged(numbered(15), { tagsPerPage: 10 });
    const answer = { status: 404, headers: {}, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' };
    registry.faults.add({ when: ({ query }) => query.has('last'), answer });
    expect(await list()).toMatchObject({ tags: numbered(10), complete: false });
  });

  it.each([
    ['a page that is no JSON', '<html>'],
    ['a page that is something else', '{"tags":"all"}'],
    ['a page that is nothing', 'null'],
  ])('is not complete after %s', async (_name, body) => {
    const { registry, list } = await tagged(numbered(15), { tagsPerPage: 10 });
    registry.faults.add({ when: ({ query }) => query.has('last'), body });
    expect(await list()).toMatchObject({ tags: numbered(10), complete: false });
  });

  it('fails when a page fails: a part is not the whole', async () => {
    const { registry, list } = await tagged(numbered(15), { tagsPerPage: 10 });
    registry.faults.add({
      when: ({ query }) => query.has('last'),
      answer: { status: 429, headers: { 'retry-after': '7' }, body: '' },
    });
    expect(await failureOf(list())).toMatchObject({ reason: 'throttled', retryAfter: 7000 });
  });

  describe('when the registry is hostile', () => {
    it.each([
      ['another host', (port: string) => `http://localhost:${port}${PATH}`],
      ['another port', () => `http://127.0.0.1:1${PATH}`],
      ['another scheme', (port: string) => `https://127.0.0.1:${port}${PATH}`],
      ['a file', () => 'file:///etc/passwd'],
    ])('does not follow a link to %s', async (_name, target) => {
      const { registry, list } = await tagged([]);
      answers(registry, () => [['a'], `<${target(portOf(registry))}?last=a>; rel="next"`]);
      expect(await list()).toMatchObject({ tags: ['a'], complete: false });
      expect(registry.requests).toHaveLength(1);
    });

    it('asks nothing of another repository', async () => {
      const { registry, list } = await tagged([]);
      answers(registry, ({ query }) =>
        query.has('last') ? [['b']] : [['a'], '</v2/acme/private/tags/list?last=a>; rel="next"'],
      );
      await list();
      expect(registry.requests.map(({ path }) => path)).toEqual([PATH, PATH]);
    });

    it('leaves a circle of pages', async () => {
      const { registry, list } = await tagged([]);
      answers(registry, () => [['a'], `<${PATH}?last=a>; rel="next"`]);
      expect(await list()).toMatchObject({ tags: ['a'], complete: false });
      expect(registry.requests).toHaveLength(2);
    });

    it('leaves a circle that brings something new each time', async () => {
      const { registry, list } = await tagged([]);
      answers(registry, () => [[`t${registry.requests.length}`], `<${PATH}?last=a>; rel="next"`]);
      expect(await list()).toMatchObject({ complete: false });
      expect(registry.requests.length).toBeLessThan(5);
    });

    it('stops after so many pages', async () => {
      const { registry, list } = await tagged([], {}, { limits: { pages: 5 } });
      answers(registry, () => {
        const n = registry.requests.length;
        return [[`t${n}`], `<${PATH}?last=t${n}>; rel="next"`];
      });
      expect(await list()).toMatchObject({ tags: ['t1', 't2', 't3', 't4', 't5'], complete: false });
    });

    it('stops after so many tags', async () => {
      const { registry, list } = await tagged(
        numbered(30),
        { tagsPerPage: 10 },
        { limits: { tags: 15 } },
      );
      expect(await list()).toEqual({ kind: 'found', tags: numbered(15), complete: false });
      expect(registry.requests).toHaveLength(2);
    });

    it('reads no page without end', async () => {
      const { registry, list } = await tagged([], {}, { limits: { tagsPageBytes: 1000 } });
      registry.faults.add({ body: ' '.repeat(1001), chunked: true });
      expect(await failureOf(list())).toMatchObject({ code: 'TOO_LARGE' });
    });

    it('gives all pages together one end', async () => {
      const { registry, list } = await tagged([], {}, { limits: { listDeadline: 300 } });
      registry.faults.add({
        delay: 20,
        answer: () => {
          const n = registry.requests.length;
          const headers = { link: `<${PATH}?last=t${n}>; rel="next"` };
          return { status: 200, headers, body: JSON.stringify({ tags: [`t${n}`] }) };
        },
      });
      expect(await failureOf(list())).toMatchObject({ code: 'TIMEOUT' });
    });
  });
});
