import { describe, expect, it } from '@jest/globals';
import type { RegistryClientOptions } from '../../../lambda/adapters/registry/index.ts';
import type { Fault, RegistryOptions } from '../../support/registry/index.ts';
import { encode, ociError, pushImage, pushReferrer } from '../../support/registry/index.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();
const INDEX = 'application/vnd.oci.image.index.v1+json';
const REFERRERS = /\/referrers\//;

async function attached(
  count: number,
  options: RegistryOptions = { referrers: true },
  client: Partial<RegistryClientOptions> = {},
) {
  const registry = await lab.registry(options);
  const { digest } = pushImage(registry, 'acme/app', '1', { content: 'one' });
  const digests = Array.from({ length: count }, (_, n) =>
    pushReferrer(registry, 'acme/app', digest, { artifactType: 'application/x', content: `${n}` }),
  );
  const repository = { registry: registry.host, repository: 'acme/app' };
  const list = (by = lab.client(client)) => by.listReferrers(repository, digest);
  const tag = digest.replace(':', '-');
  return { registry, digest, digests, repository, list, tag };
}

function page(manifests: unknown, link?: string): Partial<Fault> {
  const headers = { 'content-type': INDEX, ...(link && { link }) };
  return { answer: { status: 200, headers, body: JSON.stringify({ manifests }) } };
}

function descriptor(n: number) {
  return { mediaType: 'm', digest: `sha256:${String(n).padStart(64, '0')}`, size: n };
}

describe('listReferrers', () => {
  it('lists them by the API', async () => {
    const { digests, list, registry } = await attached(2);
    expect(await list()).toMatchObject({
      kind: 'found',
      via: 'api',
      complete: true,
      firstPage: 2,
      referrers: digests.map((digest) => ({ digest, artifactType: 'application/x' })),
    });
    expect(registry.requests).toHaveLength(1);
  });

  it('reads every page', async () => {
    const { digests, list } = await attached(5, { referrers: true, referrersPerPage: 2 });
    const listing = await list();
    expect(listing).toMatchObject({ complete: true, firstPage: 2 });
    expect(listing).toMatchObject({ referrers: digests.map((digest) => ({ digest })) });
  });

  it('proves by an empty list of the API that there is none', async () => {
    const { list } = await attached(0);
    const none = { kind: 'found', via: 'api', referrers: [], complete: true, firstPage: 0 };
    expect(await list()).toEqual(none);
  });

  it('reads the fallback tag where there is no API', async () => {
    const { digests, list } = await attached(2, { referrers: false });
    expect(await list()).toMatchObject({
      via: 'tag',
      complete: true,
      firstPage: 2,
      referrers: digests.map((digest) => ({ digest })),
    });
  });

  it('proves by a missing fallback tag that there is none', async () => {
    const { list } = await attached(0, { referrers: false });
    const none = { kind: 'found', via: 'none', referrers: [], complete: true, firstPage: 0 };
    expect(await list()).toEqual(none);
  });

  it('proves nothing by a 404 that is no answer of a registry', async () => {
    const { registry, list, tag } = await attached(0, { referrers: false });
    registry.faults.add({
      path: `/v2/acme/app/manifests/${tag}`,
      answer: { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' },
    });
    expect(await list()).toMatchObject({ via: 'none', complete: false });
  });

  it.each([
    ['404 of OCI', ociError(404, 'METHOD_UNKNOWN')],
    ['400', ociError(400, 'UNSUPPORTED')],
    ['405', ociError(405, 'UNSUPPORTED')],
    ['406', { status: 406, headers: {} }],
    ['501', { status: 501, headers: {} }],
    ['200 of another type', { status: 200, headers: { 'content-type': 'text/html' }, body: 'x' }],
  ])('takes %s for a registry without the API', async (_name, answer) => {
    const { registry, list } = await attached(1, { referrers: false });
    registry.faults.add({ path: REFERRERS, answer });
    expect(await list()).toMatchObject({ via: 'tag', complete: true });
  });

  it('does not follow a redirect to another host (GHCR): there is no API', async () => {
    const { registry, list } = await attached(1, { referrers: false });
    const web = await lab.listener();
    const location = `http://localhost:${web.port}/-/v2/packages`;
    registry.faults.add({ path: REFERRERS, answer: { status: 303, headers: { location } } });
    expect(await list()).toMatchObject({ via: 'tag', complete: true });
    expect(web.connections).toBe(0);
  });

  it('does not prove by a repository that is unknown that there is none', async () => {
    const { registry, list } = await attached(0, { referrers: false });
    registry.faults.add({ answer: ociError(404, 'NAME_UNKNOWN') });
    expect(await list()).toMatchObject({ via: 'none', referrers: [], complete: false });
  });

  describe('when it is remembered whether there is an API', () => {
    it('a "no" is asked again, and found out to be a "yes"', async () => {
      const { registry, digests, list } = await attached(1);
      const client = lab.client();
      const noApi = registry.faults.add({ path: REFERRERS, answer: ociError(404, 'UNSUPPORTED') });
      const none = { via: 'none', referrers: [], complete: true };
      expect(await list(client)).toMatchObject(none);
      expect(await list(client)).toMatchObject(none);
      noApi();
      const [digest] = digests;
      expect(await list(client)).toMatchObject({ via: 'api', referrers: [{ digest }] });
    });

    it('a "no" saves waiting: both places are asked at once', async () => {
      const { registry, list, tag } = await attached(1, { referrers: false });
      const client = lab.client({ limits: { getDeadline: 200 } });
      await list(client);
      registry.forget();
      registry.faults.add({ path: REFERRERS, hang: true });
      expect(await failureOf(list(client))).toMatchObject({ code: 'TIMEOUT' });
      expect(registry.requests.map(({ path }) => path)).toContain(`/v2/acme/app/manifests/${tag}`);
    });

    it('a failure of the fallback tag is none where the API answers after all', async () => {
      const { registry, list } = await attached(1);
      const client = lab.client();
      registry.faults.add({ path: REFERRERS, times: 1, answer: ociError(404, 'UNSUPPORTED') });
      await list(client);
      registry.faults.add({ path: /sha256-/, answer: { status: 500, body: '' } });
      expect(await list(client)).toMatchObject({ via: 'api', complete: true });
    });

    it('a "yes" is not taken back: what is missing then may be hidden', async () => {
      const { registry, list } = await attached(1);
      const client = lab.client();
      expect(await list(client)).toMatchObject({ via: 'api', complete: true });
      registry.faults.add({ path: REFERRERS, answer: ociError(404, 'UNSUPPORTED') });
      for (let n = 0; n < 2; n += 1) {
        expect(await list(client)).toMatchObject({
          referrers: [],
          complete: false,
          problem: 'the API answered before, and is gone',
        });
      }
    });

    it('a "yes" is of one repository, and of a week', async () => {
      const clock = { now: 1_000_000 };
      const { registry, digest, list } = await attached(1);
      const client = lab.client({ now: () => clock.now });
      await list(client);
      registry.store.repository('acme/other');
      registry.faults.add({ path: REFERRERS, answer: ociError(404, 'UNSUPPORTED') });
      const other = { registry: registry.host, repository: 'acme/other' };
      expect(await client.listReferrers(other, digest)).toMatchObject({ complete: true });
      clock.now += 7 * 24 * 3_600_000;
      expect(await list(client)).toMatchObject({ complete: true });
    });
  });

  it('is denied when the list or the fallback tag is', async () => {
    const { registry, list, tag } = await attached(1, { referrers: false });
    registry.faults.add({ path: /sha256-/, answer: ociError(403, 'DENIED') });
    expect(await list()).toMatchObject({ kind: 'denied', code: 'DENIED' });
    expect(registry.requests.at(-1)?.path).toContain(tag);
    registry.faults.add({ path: REFERRERS, answer: ociError(401, 'UNAUTHORIZED') });
    expect(await list()).toMatchObject({ kind: 'denied', status: 401 });
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '3' } }, 'throttled'],
    ['500', { status: 500, headers: {} }, 'server-error'],
    ['503', { status: 503, headers: {} }, 'server-error'],
  ])('fails, and never reads as "none", on %s', async (_name, answer, reason) => {
    for (const path of [REFERRERS, /sha256-/]) {
      const { registry, list } = await attached(1, { referrers: false });
      registry.faults.add({ path, answer });
      expect(await failureOf(list())).toMatchObject({ reason });
    }
  });

  it.each([
    ['no JSON', '<html>'],
    ['no list', '{"manifests": {}}'],
    ['nothing', '[]'],
    ['two lists', '{"manifests": [], "manifests": []}'],
    ['spelled in two ways', '{"manifests": [], "Manifests": []}'],
    ['of numbers that are no integers', '{"manifests": [], "schemaVersion": 2.0}'],
    ['of more values than anybody lists', `{"manifests": [], "x": [0${',0'.repeat(65_536)}]}`],
    ['of a member of another type', '{"manifests": [], "mediaType": 1}'],
  ])('is not complete when the list is %s', async (_name, body) => {
    const { registry, list } = await attached(1);
    registry.faults.add({ path: REFERRERS, body });
    expect(await list()).toMatchObject({ via: 'api', referrers: [], complete: false });
  });

  it('is not complete when the fallback tag is no index', async () => {
    const { registry, list, tag } = await attached(1, { referrers: false });
    registry.store.repository('acme/app').putManifest(encode('{"config":{}}'), INDEX, tag);
    expect(await list()).toMatchObject({ via: 'tag', referrers: [], complete: false });
  });

  it.each([
    ['a digest that is none', { ...descriptor(2), digest: 'sha256:../../x' }],
    ['a size beyond all numbers', { ...descriptor(2), size: 2 ** 60 }],
    ['a size that is a text', { ...descriptor(2), size: '2' }],
    ['a list of annotations', { ...descriptor(2), annotations: ['a'] }],
    ['something else', 'sha256'],
    ['no digest', { mediaType: 'm', size: 1 }],
    ['nothing', null],
  ])('reads nothing of a list with %s, as typed readers do', async (_name, entry) => {
    const { registry, list } = await attached(0);
    registry.faults.add({ path: REFERRERS, ...page([descriptor(1), entry]) });
    expect(await list()).toMatchObject({
      referrers: [],
      complete: false,
      problem: 'the listing is no image index',
    });
  });

  it.each([
    ['no media type', { ...descriptor(2), mediaType: undefined }],
    ['a negative size', { ...descriptor(2), size: -1 }],
  ])('leaves out an entry with %s, and is not complete', async (_name, entry) => {
    const { registry, list } = await attached(0);
    registry.faults.add({ path: REFERRERS, ...page([descriptor(1), entry]) });
    expect(await list()).toMatchObject({
      referrers: [{ digest: descriptor(1).digest }],
      complete: false,
      problem: 'entry 1 of the listing is no descriptor',
    });
  });

  it('lists what comes twice once', async () => {
    const { registry, list } = await attached(0);
    registry.faults.add({ path: REFERRERS, ...page([descriptor(1), descriptor(1)]) });
    expect(await list()).toMatchObject({
      referrers: [descriptor(1)],
      complete: true,
      firstPage: 1,
    });
  });

  describe('when the registry is hostile', () => {
    it.each([
      ['another host', (path: string) => `http://localhost:1${path}`],
      ['another port', (path: string) => `http://127.0.0.1:1${path}`],
      ['another repository', (path: string) => path.replace('acme/app', 'acme/private')],
      ['something else', () => 'file:///etc/passwd'],
    ])('does not follow a link to %s', async (_name, target) => {
      const { registry, digest, list } = await attached(0);
      const link = `<${target(`/v2/acme/app/referrers/${digest}`)}?from=1>; rel="next"`;
      registry.faults.add({ path: REFERRERS, ...page([descriptor(1)], link) });
      expect(await list()).toMatchObject({ referrers: [descriptor(1)], complete: false });
      expect(registry.requests).toHaveLength(1);
    });

    it('leaves a circle of pages', async () => {
      const { registry, list } = await attached(0);
      registry.faults.add({ path: REFERRERS, ...page([descriptor(1)], '<?x=1>; rel="next"') });
      expect(await list()).toMatchObject({ referrers: [descriptor(1)], complete: false });
      expect(registry.requests).toHaveLength(2);
    });

    /** Each page has one more, and that many bytes. */
    async function endless(bytes: number) {
      const found = await attached(0);
      const answer = () => {
        const next = { ...descriptor(found.registry.requests.length), artifactType: 'x' };
        const annotations = { padding: 'x'.repeat(bytes) };
        return page([{ ...next, annotations }], '<?x=1>; rel="next"').answer as object;
      };
      found.registry.faults.add({ path: REFERRERS, answer });
      return found;
    }

    it('stops after a hundred pages', async () => {
      const { registry, list } = await endless(1);
      const stopped = { complete: false, tooMany: true, problem: 'its pages do not end' };
      expect(await list()).toMatchObject(stopped);
      expect(registry.requests).toHaveLength(100);
    });

    it('reads no more bytes of all pages than of one', async () => {
      const { registry, list } = await endless(3 * 1024 * 1024);
      await expect(list()).rejects.toMatchObject({ code: 'TOO_LARGE' });
      expect(registry.requests).toHaveLength(2);
    });

    it.each([
      ['in one page', [1_001]],
      ['in two', [600, 401]],
    ])('takes no more than a thousand: %s', async (_name, sizes) => {
      const { registry, list } = await attached(0);
      const many = Array.from({ length: 1_001 }, (_, n) => descriptor(n));
      for (const size of sizes) {
        const link = size === many.length ? undefined : '<?x=1>; rel="next"';
        registry.faults.add({ path: REFERRERS, times: 1, ...page(many.splice(0, size), link) });
      }
      const listing = await list();
      const problem = 'there are more than 1000';
      expect(listing).toMatchObject({ complete: false, tooMany: true, problem });
      expect(listing.kind === 'found' && listing.referrers.length).toBe(1_000);
    });

    it('takes a thousand', async () => {
      const { registry, list } = await attached(0);
      const many = Array.from({ length: 1_000 }, (_, n) => descriptor(n));
      registry.faults.add({ path: REFERRERS, ...page(many) });
      expect(await list()).toEqual({
        ...{ kind: 'found', via: 'api', complete: true, firstPage: 1_000 },
        referrers: many,
      });
    });
  });
});
