import { describe, expect, it } from '@jest/globals';
import { ACCEPT } from '../../../lambda/adapters/registry/manifests.ts';
import { type Digest, digestOf } from '../../../lambda/domain/digest.ts';
import { ociError, pushImage, type RegistryDouble } from '../../support/registry/index.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();
const REPOSITORY = 'acme/app';
const PATH = `/v2/${REPOSITORY}/manifests/1`;

async function pushed(options = {}) {
  const registry = await lab.registry();
  const image = pushImage(registry, REPOSITORY, '1', { content: 'one', ...options });
  const repository = { registry: registry.host, repository: REPOSITORY };
  return { registry, image, repository, client: lab.client() };
}

function seen(registry: RegistryDouble): string[] {
  return registry.requests.map(({ method, path }) => `${method} ${path}`);
}

describe('headManifest', () => {
  it('tells the digest and the media type with one request', async () => {
    const { registry, image, repository, client } = await pushed({ platforms: ['linux/amd64'] });
    expect(await client.headManifest(repository, '1')).toEqual({
      kind: 'found',
      digest: image.digest,
      mediaType: 'application/vnd.oci.image.index.v1+json',
    });
    expect(seen(registry)).toEqual([`HEAD ${PATH}`]);
  });

  it('always accepts the same four types, and no encoding', async () => {
    const { registry, repository, client } = await pushed();
    await client.headManifest(repository, '1');
    await client.getManifest(repository, '1');
    for (const { headers } of registry.requests) {
      expect(headers).toMatchObject({ accept: ACCEPT, 'accept-encoding': 'identity' });
      expect(headers.accept?.split(', ')).toHaveLength(4);
    }
  });

  it('opens no new connection per request', async () => {
    const { registry, repository, client } = await pushed();
    for (let n = 0; n < 50; n += 1) await client.headManifest(repository, '1');
    expect(registry.requests).toHaveLength(50);
    expect(registry.connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['none', undefined],
    ['not hexadecimal', 'sha256:xyz'],
    ['upper case', `sha256:${'A'.repeat(64)}`],
    ['too long', `sha256:${'a'.repeat(10_000)}`],
    ['two of them', [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`]],
    ['two in one', `sha256:${'a'.repeat(64)}, sha256:${'b'.repeat(64)}`],
  ])('asks by GET when the digest in the header is %s', async (_name, header) => {
    const { registry, image, repository, client } = await pushed();
    registry.faults.add({ headers: { 'docker-content-digest': header, etag: undefined } });
    expect(await client.headManifest(repository, '1')).toMatchObject({ digest: image.digest });
    expect(seen(registry).slice(0, 2)).toEqual([`HEAD ${PATH}`, `GET ${PATH}`]);
  });

  it('takes an entity tag that is a digest where the header was taken away', async () => {
    const { registry, image, repository, client } = await pushed();
    registry.faults.add({ headers: { 'docker-content-digest': undefined } });
    expect(await client.headManifest(repository, '1')).toMatchObject({ digest: image.digest });
    expect(seen(registry)).toEqual([`HEAD ${PATH}`]);
  });

  it.each([
    ['weak', (digest: string) => `W/"${digest}"`],
    ['bare', (digest: string) => digest],
    ['something else', () => '"5f3c-61a"'],
  ])('takes no entity tag that is %s', async (_name, etag) => {
    const { registry, image, repository, client } = await pushed();
    const evil = `sha256:${'e'.repeat(64)}`;
    const headers = { 'docker-content-digest': undefined, etag: etag(evil) };
    registry.faults.add({ method: 'HEAD', headers });
    expect(await client.headManifest(repository, '1')).toMatchObject({ digest: image.digest });
  });

  it('is missing when the GET says so in the words of OCI', async () => {
    const { repository, client } = await pushed();
    expect(await client.headManifest(repository, '2')).toMatchObject({
      kind: 'missing',
      oci: true,
      code: 'MANIFEST_UNKNOWN',
    });
    const unknown = { ...repository, repository: 'acme/none' };
    expect(await client.headManifest(unknown, '1')).toMatchObject({ code: 'NAME_UNKNOWN' });
  });

  it.each([
    ['a web page', { 'content-type': 'text/html' }, '<html>404</html>'],
    ['nothing', {}, ''],
    ['JSON of something else', { 'content-type': 'application/json' }, '{"message":"no route"}'],
    ['an empty list of errors', { 'content-type': 'application/json' }, '{"errors":[]}'],
  ])('does not take %s for the word of a registry', async (_name, headers, body) => {
    const { registry, repository, client } = await pushed();
    registry.faults.add({ answer: { status: 404, headers, body } });
    expect(await client.headManifest(repository, '1')).toMatchObject({
      kind: 'missing',
      oci: false,
      code: 'HTTP_404',
    });
  });

  it('refuses another digest than the one that was asked for', async () => {
    const { registry, image, repository, client } = await pushed();
    const other = `sha256:${'a'.repeat(64)}`;
    registry.faults.add({ headers: { 'docker-content-digest': other } });
    const failure = await failureOf(client.headManifest(repository, image.digest));
    expect(failure).toMatchObject({ code: 'DIGEST_MISMATCH', reason: 'digest-mismatch' });
  });

  it('compares digests of one algorithm only', async () => {
    const { registry, image, repository, client } = await pushed();
    const bytes = registry.store.find(REPOSITORY)?.manifest('1')?.bytes ?? new Uint8Array();
    const sha512 = digestOf(bytes, 'sha512');
    registry.faults.add({
      path: `/v2/${REPOSITORY}/manifests/${sha512}`,
      answer: { status: 200, headers: { 'docker-content-digest': image.digest }, body: bytes },
    });
    expect(await client.headManifest(repository, sha512)).toMatchObject({ digest: sha512 });
    const found = await client.getManifest(repository, sha512);
    expect(found).toMatchObject({ kind: 'found', digest: sha512 });
  });
});

describe('getManifest', () => {
  it('gives the bytes and their digest', async () => {
    const { registry, image, repository, client } = await pushed();
    const found = await client.getManifest(repository, '1');
    expect(found).toEqual({
      kind: 'found',
      digest: image.digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      bytes: registry.store.find(REPOSITORY)?.manifest('1')?.bytes,
    });
  });

  it('computes the digest when the registry does not tell it', async () => {
    const { registry, image, repository, client } = await pushed();
    registry.faults.add({ headers: { 'docker-content-digest': undefined } });
    expect(await client.getManifest(repository, '1')).toMatchObject({ digest: image.digest });
  });

  it('keeps to sha512 where the registry does', async () => {
    const { registry, repository, client } = await pushed();
    const bytes = registry.store.find(REPOSITORY)?.manifest('1')?.bytes ?? new Uint8Array();
    const sha512 = digestOf(bytes, 'sha512');
    registry.faults.add({ headers: { 'docker-content-digest': sha512 } });
    expect(await client.headManifest(repository, '1')).toMatchObject({ digest: sha512 });
    expect(await client.getManifest(repository, '1')).toMatchObject({ digest: sha512 });
  });

  it('refuses bytes that do not hash to the digest that was asked for', async () => {
    const { registry, image, repository, client } = await pushed();
    registry.faults.add({
      body: '{"schemaVersion":2}',
      headers: { 'docker-content-digest': undefined },
    });
    const failure = await failureOf(client.getManifest(repository, image.digest));
    expect(failure).toMatchObject({ code: 'DIGEST_MISMATCH', reason: 'digest-mismatch' });
  });

  it('refuses bytes that do not hash to the digest that comes with them', async () => {
    const { registry, repository, client } = await pushed();
    registry.faults.add({ body: '{"schemaVersion":2}' });
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('refuses bytes whose sha256 is right where the header has a sha512 of others', async () => {
    const { registry, repository, client } = await pushed();
    const sha512 = digestOf(Buffer.from('other'), 'sha512');
    registry.faults.add({ headers: { 'docker-content-digest': sha512 } });
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('does not take "not accepted" for "not there" (GHCR)', async () => {
    const { registry, repository, client } = await pushed();
    const said = 'OCI index found, but Accept header does not support OCI indexes';
    registry.faults.add({ answer: ociError(404, 'MANIFEST_UNKNOWN', said) });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'NOT_ACCEPTED',
      reason: 'protocol',
    });
  });

  it('takes no web page for a manifest', async () => {
    const { registry, repository, client } = await pushed();
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    registry.faults.add({ answer: { status: 200, headers, body: '<html>log in</html>' } });
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({
      code: 'NOT_OCI',
      reason: 'not-oci',
    });
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip'])(
    'refuses a body encoded as %s: it may grow, and its digest is of what came',
    async (encoding) => {
      const { registry, repository, client } = await pushed();
      registry.faults.add({ headers: { 'content-encoding': encoding } });
      const failure = await failureOf(client.getManifest(repository, '1'));
      expect(failure).toMatchObject({ code: 'PROTOCOL' });
      expect(failure.message).toContain(encoding);
    },
  );

  it.each([
    ['announced', false],
    ['not announced', true],
  ])('reads no manifest over 4 MiB (CVE-2024-29903), %s', async (_name, chunked) => {
    const { registry, repository, client } = await pushed();
    registry.faults.add({ body: Buffer.alloc(4 * 1024 * 1024 + 1), chunked });
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({
      code: 'TOO_LARGE',
      reason: 'too-large',
    });
  });

  it('reads a manifest of exactly 4 MiB', async () => {
    const { registry, repository, client } = await pushed();
    const body = Buffer.alloc(4 * 1024 * 1024, ' ');
    registry.faults.add({ body, headers: { 'docker-content-digest': undefined } });
    expect(await client.getManifest(repository, '1')).toMatchObject({ digest: digestOf(body) });
  });

  it.each(['../../../etc/passwd', 'a?x=1', 'a b', '', 'sha256:abc', 'a\r\nb'])(
    'asks nobody for %j, which is no reference',
    async (reference) => {
      const { registry, repository, client } = await pushed();
      await failureOf(client.getManifest(repository, reference));
      const climbing = { ...repository, repository: `acme/${reference}/../app` };
      await failureOf(client.getManifest(climbing, '1'));
      await failureOf(client.getBlob(repository, reference as Digest, 10));
      expect(registry.requests).toEqual([]);
    },
  );
});
