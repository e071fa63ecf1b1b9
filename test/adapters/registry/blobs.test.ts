import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lambda/domain/digest.ts';
import { failureOf, Lab } from './lab.ts';

const lab = new Lab();
const CONTENT = Buffer.from('a blob of twenty byt');

async function stored() {
  const registry = await lab.registry();
  const digest = registry.store.repository('acme/app').putBlob(CONTENT);
  return {
    registry,
    digest,
    repository: { registry: registry.host, repository: 'acme/app' },
    client: lab.client(),
  };
}

describe('getBlob', () => {
  it('gives the bytes, up to the limit', async () => {
    const { digest, repository, client } = await stored();
    const found = await client.getBlob(repository, digest, CONTENT.length);
    expect(found).toEqual({ kind: 'found', bytes: CONTENT });
  });

  it.each([
    ['announced', false],
    ['not announced', true],
  ])('refuses one byte more than the limit, %s', async (_name, chunked) => {
    const { registry, digest, repository, client } = await stored();
    registry.faults.add({ chunked });
    const failure = await failureOf(client.getBlob(repository, digest, CONTENT.length - 1));
    expect(failure).toMatchObject({ code: 'TOO_LARGE', reason: 'too-large' });
  });

  it('stops reading when the limit is passed, however much there is', async () => {
    const { registry, digest, repository, client } = await stored();
    registry.faults.add({ body: Buffer.alloc(64 * 1024 * 1024), chunked: true, times: 1 });
    expect(await failureOf(client.getBlob(repository, digest, 1000))).toMatchObject({
      code: 'TOO_LARGE',
    });
    // The connection was given up, and the next request has another one.
    expect(await client.getBlob(repository, digest, 100)).toMatchObject({ kind: 'found' });
  });

  it('refuses other bytes', async () => {
    const { registry, digest, repository, client } = await stored();
    registry.faults.add({ body: 'another blob of 20 b' });
    expect(await failureOf(client.getBlob(repository, digest, 100))).toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  it('is missing when it is not there', async () => {
    const { repository, client } = await stored();
    const nowhere = digestOf(Buffer.from('nowhere'));
    expect(await client.getBlob(repository, nowhere, 100)).toMatchObject({
      kind: 'missing',
      oci: true,
      code: 'BLOB_UNKNOWN',
    });
  });
});
