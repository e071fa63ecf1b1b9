import { describe, expect, it } from '@jest/globals';
import type { RegistryClientOptions } from '../../../lambda/adapters/registry/index.ts';
import { type Fault, ociError, pushImage } from '../../support/registry/index.ts';
import { Lab } from './lab.ts';

const lab = new Lab();
const WEEK = 7 * 24 * 3_600_000;
const empty = (status: number): Fault => ({ method: 'HEAD', answer: { status, body: '' } });

/** A registry that a HEAD is of no use with. */
async function useless(fault: Fault, options: Partial<RegistryClientOptions> = {}) {
  const registry = await lab.registry();
  const { digest } = pushImage(registry, 'acme/app', '1', { content: 'one' });
  const heal = registry.faults.add(fault);
  const client = lab.client(options);
  const repository = { registry: registry.host, repository: 'acme/app' };
  const look = (reference = '1') => client.headManifest(repository, reference);
  const asked = () => registry.requests.splice(0).map(({ method }) => method);
  return { registry, digest, client, repository, heal, look, asked };
}

describe('when a registry has no use for HEAD', () => {
  it.each<[string, Fault]>([
    ['404 for what is there (Nexus)', empty(404)],
    ['405 (GitHub Enterprise)', empty(405)],
    ['501', empty(501)],
    ['403 of storage that is signed for GET', empty(403)],
    [
      '200 without a digest (a proxy)',
      { method: 'HEAD', headers: { 'docker-content-digest': undefined, etag: undefined } },
    ],
  ])('asks by GET from then on: %s', async (_name, fault) => {
    const { registry, digest, look, asked } = await useless(fault);
    expect(await look()).toMatchObject({ kind: 'found', digest });
    expect(asked()).toEqual(['HEAD', 'GET', 'HEAD']);
    expect(await look()).toMatchObject({ kind: 'found', digest });
    expect(registry.requests.at(-1)?.headers['if-none-match']).toBe(`"${digest}"`);
    expect(asked()).toEqual(['GET']);
  });

  it('says the same of what is unchanged as of what was fetched', async () => {
    const { registry, look } = await useless(empty(404));
    const fetched = await look();
    const answers: number[] = [];
    registry.faults.add({ answer: (_request, own) => void answers.push(own.status) });
    expect(await look()).toEqual(fetched);
    expect(answers).toEqual([304]);
  });

  it('finds by GET what has moved, and what is gone', async () => {
    const { registry, look } = await useless(empty(404));
    await look();
    const moved = pushImage(registry, 'acme/app', '1', { content: 'two' });
    expect(await look()).toMatchObject({ digest: moved.digest });
    expect(await look()).toMatchObject({ digest: moved.digest });
    registry.store.find('acme/app')?.deleteManifest('1');
    expect(await look()).toMatchObject({ kind: 'missing', oci: true, code: 'MANIFEST_UNKNOWN' });
  });

  it('works where "unless" is ignored (crane, zot)', async () => {
    const { registry, digest, look } = await useless(empty(404));
    await look();
    const bytes = registry.store.find('acme/app')?.manifest('1')?.bytes ?? '';
    registry.faults.add({ method: 'GET', answer: { status: 200, body: bytes } });
    expect(await look()).toMatchObject({ digest });
  });

  it('learns nothing from a tag that was pushed between HEAD and GET', async () => {
    const { look, asked } = await useless({ ...empty(404), times: 1 });
    await look();
    await look();
    expect(asked()).toEqual(['HEAD', 'GET', 'HEAD', 'HEAD']);
  });

  it.each([
    ['a tag that is gone', ociError(404, 'MANIFEST_UNKNOWN')],
    ['a tag that is denied', ociError(403, 'DENIED')],
  ])('learns nothing from %s', async (_name, answer) => {
    const { look, asked } = await useless({ when: ({ path }) => path.endsWith('/none'), answer });
    await look('none');
    expect(asked()).toEqual(['HEAD', 'GET']);
    await look();
    expect(asked()).toEqual(['HEAD']);
  });

  it('says what the registry says of a denial, which a HEAD cannot', async () => {
    const { look } = await useless({ answer: ociError(403, 'DENIED', 'package is private') });
    expect(await look()).toMatchObject({
      kind: 'denied',
      code: 'DENIED',
      detail: expect.stringContaining('package is private'),
    });
  });

  it('tries a HEAD again after a week', async () => {
    const clock = { now: 1_000_000 };
    const { heal, look, asked } = await useless(empty(405), { now: () => clock.now });
    await look();
    asked();
    heal();
    clock.now += WEEK - 1;
    await look();
    expect(asked()).toEqual(['GET']);
    clock.now += 1;
    await look();
    await look();
    expect(asked()).toEqual(['HEAD', 'HEAD']);
  });

  it('believes no "unchanged" that comes with another digest', async () => {
    const { registry, digest, look, asked } = await useless(empty(404));
    await look();
    asked();
    const other = { 'docker-content-digest': `sha256:${'e'.repeat(64)}` };
    registry.faults.add({ times: 1, answer: { status: 304, headers: other, body: '' } });
    const moved = pushImage(registry, 'acme/app', '1', { content: 'two' });
    expect(await look()).toMatchObject({ digest: moved.digest });
    expect(moved.digest).not.toBe(digest);
    expect(asked()).toEqual(['GET', 'GET']);
  });
});
