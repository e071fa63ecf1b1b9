import { describe, expect, it } from '@jest/globals';
import { type Answer, pushImage } from '../../support/registry/index.ts';
import { Lab, PASSWORD, USER } from './lab.ts';

const lab = new Lab();
const INDEX = 'application/vnd.oci.image.index.v1+json';
const DEPTH = 100_000;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const nested = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
const objects = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
const entry = (more: string) => `{"mediaType":"m","digest":"${DIGEST}","size":1${more}}`;

/** Each a body that some JSON reader chokes on; {} stands where the list of the answer is. */
const BOMBS: Record<string, (list: string) => string> = {
  'lists within lists': (list) => `{"${list}":${nested}}`,
  'objects within objects': (list) => `{"${list}":[${objects}]}`,
  'a million entries': (list) => `{"${list}":[${'0,'.repeat(1_000_000)}0]}`,
  'a prototype': (list) =>
    `{"${list}":[],"__proto__":{"tags":["evil"],"token":"evil","manifests":[1]}}`,
  'a key twice': (list) => `{"${list}":[{"a":1}],"${list}":[]}`,
  'no numbers': (list) => `{"${list}":[NaN, Infinity, -0x1]}`,
  'bytes that are no text': (list) => `{"${list}":["\xff\xfe\xc0\x80"]}`,
  'a number beyond all': (list) => `{"${list}":[1e400, ${entry(',"size":1e400')}]}`,
  'text without end': (list) => `{"${list}":["${'x'.repeat(1_000_000)}`,
};

describe('when a registry sends JSON to choke on', () => {
  it.each(Object.keys(BOMBS))('no answer suffers from %s', async (name) => {
    const bomb = BOMBS[name] ?? String;
    const registry = await lab.registry({ referrers: true });
    const { digest } = pushImage(registry, 'acme/app', '1', { content: 'one' });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const client = lab.client();
    const said = (list: string, type: string): Partial<Answer> => ({
      status: 200,
      headers: { 'content-type': type },
      body: Buffer.from(bomb(list), 'latin1'),
    });
    registry.faults.add({ path: /tags/, answer: said('tags', 'application/json') });
    registry.faults.add({ path: /referrers/, answer: said('manifests', INDEX) });
    registry.faults.add({ answer: { ...said('errors', 'application/json'), status: 404 } });

    expect(await client.listTags(repository)).toMatchObject({ kind: 'found', tags: [] });
    const listing = await client.listReferrers(repository, digest);
    expect(listing).toMatchObject({ kind: 'found', referrers: [] });
    const head = await client.headManifest(repository, '1');
    expect(head).toMatchObject({ kind: 'missing', oci: false });
    expect(({} as { token?: string }).token).toBeUndefined();
  });

  it.each(Object.keys(BOMBS))('no token comes of %s', async (name) => {
    const bomb = BOMBS[name] ?? String;
    const { registry, repository, client } = await lab.guarded({ users: [USER] }, PASSWORD);
    const body = Buffer.from(bomb('token'), 'latin1');
    registry.faults.add({ path: '/token', answer: { status: 200, headers: {}, body } });
    await expect(client.headManifest(repository, '1')).rejects.toMatchObject({
      code: expect.stringMatching(/^(BAD_TOKEN|TOO_LARGE)$/),
    });
  });
});
