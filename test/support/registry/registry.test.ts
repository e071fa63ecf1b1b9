import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lambda/domain/digest.ts';
import {
  encode,
  pushImage,
  type RegistryDouble,
  type RegistryOptions,
  startRegistry,
} from './index.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const open: RegistryDouble[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

async function started(options: RegistryOptions = {}) {
  const registry = await startRegistry(options);
  open.push(registry);
  const call = (path: string, init: RequestInit = {}) => fetch(registry.origin + path, init);
  return { registry, call };
}

type Call = Awaited<ReturnType<typeof started>>['call'];

async function upload(call: Call, content: string): Promise<string> {
  const digest = digestOf(encode(content));
  const begun = await call('/v2/a/b/blobs/uploads/', { method: 'POST' });
  const path = `${begun.headers.get('location')}?digest=${digest}`;
  expect((await call(path, { method: 'PUT', body: content })).status).toBe(201);
  return digest;
}

describe('the registry double', () => {
  it('takes a blob in pieces, and gives it back', async () => {
    const { call } = await started();
    const begun = await call('/v2/a/b/blobs/uploads/', { method: 'POST' });
    expect(begun.status).toBe(202);
    const path = begun.headers.get('location') ?? '';
    const piece = (body: string, range: string) =>
      call(path, { method: 'PATCH', body, headers: { 'content-range': range } });
    expect((await piece('hello ', '0-5')).headers.get('range')).toBe('0-5');
    expect((await piece('again', '0-4')).status).toBe(416);
    expect((await piece('world', '6-10')).status).toBe(202);
    const digest = digestOf(encode('hello world'));
    expect((await call(`${path}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);
    expect(await (await call(`/v2/a/b/blobs/${digest}`)).text()).toBe('hello world');
  });

  it('refuses a blob of another digest, and answers a mount with an upload', async () => {
    const { call } = await started();
    const wrong = digestOf(encode('other'));
    const path = '/v2/a/b/blobs/uploads/';
    const sent = await call(`${path}?digest=${wrong}`, { method: 'POST', body: 'this' });
    expect(sent.status).toBe(400);
    expect((await call(`${path}?mount=${wrong}&from=c`, { method: 'POST' })).status).toBe(202);
  });

  it('takes a manifest by tag and by digest when its content is there', async () => {
    const { call } = await started({ referrers: true });
    const config = await upload(call, '{}');
    const subject = { mediaType: MANIFEST, digest: digestOf(encode('x')), size: 1 };
    const manifest = JSON.stringify({ config: { digest: config }, layers: [], subject });
    const digest = digestOf(encode(manifest));
    const put = (reference: string, body: string) =>
      call(`/v2/a/b/manifests/${reference}`, {
        method: 'PUT',
        body,
        headers: { 'content-type': MANIFEST },
      });
    const sent = await put('v1', manifest);
    expect([sent.status, sent.headers.get('oci-subject')]).toEqual([201, subject.digest]);
    expect((await put(subject.digest, manifest)).status).toBe(400);
    expect((await put('v2', manifest.replace(config, subject.digest))).status).toBe(404);
    const head = await call('/v2/a/b/manifests/v1', { method: 'HEAD' });
    expect(head.headers.get('docker-content-digest')).toBe(digest);
    const same = { 'if-none-match': `"${digest}"` };
    expect((await call('/v2/a/b/manifests/v1', { headers: same })).status).toBe(304);
    const listed = await (await call(`/v2/a/b/referrers/${subject.digest}`)).json();
    expect(listed).toMatchObject({ manifests: [{ digest, mediaType: MANIFEST }] });
    expect((await call('/v2/a/b/manifests/v1', { method: 'DELETE' })).status).toBe(202);
    expect((await call('/v2/a/b/manifests/v1')).status).toBe(404);
  });

  it('pages its tags', async () => {
    const { registry, call } = await started();
    for (const tag of ['c', 'a', 'b']) pushImage(registry, 'a/b', tag, { content: tag });
    const first = await call('/v2/a/b/tags/list?n=2');
    expect(await first.json()).toEqual({ name: 'a/b', tags: ['a', 'b'] });
    expect(first.headers.get('link')).toBe('</v2/a/b/tags/list?n=2&last=b>; rel="next"');
    expect((await call('/v2/a/b/tags/list?n=x')).status).toBe(400);
    expect((await call('/v2/none/tags/list')).status).toBe(404);
  });

  it('lets nobody pass without what it asks for', async () => {
    const users = [{ username: 'me', password: 'secret' }];
    const basic = { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` };
    const { registry, call } = await started({ auth: 'token', users, expiresIn: 60 });
    pushImage(registry, 'a/b', '1', { content: 'one' });
    const refused = await call('/v2/a/b/manifests/1');
    expect(refused.headers.get('www-authenticate')).toContain('scope="repository:a/b:pull"');
    const token = async (scope: string, headers: Record<string, string>) => {
      const { token } = (await (await call(`/token?scope=${scope}`, { headers })).json()) as {
        token: string;
      };
      return { authorization: `Bearer ${token}` };
    };
    const path = '/v2/a/b/manifests/1';
    const mine = await token('repository:a/b:pull', basic);
    expect((await call(path, { headers: mine })).status).toBe(200);
    const other = await token('repository:c/d:pull', basic);
    expect((await call(path, { headers: other })).headers.get('www-authenticate')).toContain(
      'insufficient_scope',
    );
    const nobody = await token('repository:a/b:pull', {});
    expect((await call(path, { headers: nobody })).status).toBe(401);
    expect((await call(path, { method: 'DELETE', headers: mine })).status).toBe(401);
  });

  it('remembers what was asked, and on which connection', async () => {
    const { registry, call } = await started();
    await call('/v2/?x=1', { headers: { 'user-agent': 'me' } });
    expect(registry.requests).toMatchObject([
      { method: 'GET', path: '/v2/', headers: { 'user-agent': 'me' }, connection: 1 },
    ]);
    registry.forget();
    expect(registry.requests).toEqual([]);
  });
});
