import { describe, expect, it } from '@jest/globals';
import { type Answer, ociError, pushImage } from '../../support/registry/index.ts';
import { Lab } from './lab.ts';

const lab = new Lab();
const MISSING = { kind: 'missing', oci: true };
const NO_WORD = { kind: 'missing', oci: false };
const DENIED = { kind: 'denied' };

function page(status: number, type: string, body: string): Partial<Answer> {
  return { status, headers: { 'content-type': type }, body };
}

/** What a registry says of a manifest, and what it means. */
const ANSWERS: readonly (readonly [string, Partial<Answer>, object])[] = [
  ['no such tag', ociError(404, 'MANIFEST_UNKNOWN'), { ...MISSING, code: 'MANIFEST_UNKNOWN' }],
  ['no such repository', ociError(404, 'NAME_UNKNOWN'), { ...MISSING, code: 'NAME_UNKNOWN' }],
  ['no such artifact (Harbor)', ociError(404, 'NOT_FOUND'), { ...MISSING, code: 'NOT_FOUND' }],
  ['gone for good', ociError(410, 'MANIFEST_UNKNOWN'), { ...MISSING, code: 'MANIFEST_UNKNOWN' }],
  ['404 of an ingress', page(404, 'text/html', '<html>'), { ...NO_WORD, code: 'HTTP_404' }],
  ['404 of a router', page(404, 'text/plain', '404 page not found'), NO_WORD],
  ['404 of nobody', { status: 404, headers: {}, body: '' }, NO_WORD],
  ['404 of another API', page(404, 'application/json', '{"message":"no"}'), NO_WORD],
  ['not accepted', ociError(404, 'MANIFEST_UNKNOWN', 'Accept header'), { code: 'NOT_ACCEPTED' }],
  ['not without a login', ociError(401, 'UNAUTHORIZED'), { ...DENIED, status: 401 }],
  ['not for this login (GHCR)', ociError(403, 'DENIED'), { ...DENIED, code: 'DENIED' }],
  ['blocked for legal reasons', { status: 451, headers: {}, body: '' }, { ...DENIED, status: 451 }],
  ['a bad token (ECR Public)', { status: 400, headers: {}, body: '' }, { reason: 'protocol' }],
  [
    'a denial upstream (pull-through)',
    ociError(500, 'UNKNOWN', 'denied'),
    { reason: 'server-error' },
  ],
  ['a parameter of ours', ociError(405, 'UNSUPPORTED'), { reason: 'protocol' }],
  ['too much', { status: 429, headers: {}, body: '' }, { reason: 'throttled' }],
  ['not now', { status: 503, headers: { 'retry-after': '9' } }, { retryAfter: 9_000 }],
  ['not at all', { status: 502, headers: {}, body: '<html>' }, { reason: 'server-error' }],
];

describe('what an answer means', () => {
  it.each(ANSWERS)('%s', async (_name, answer, expected) => {
    const registry = await lab.registry();
    pushImage(registry, 'acme/app', '1', { content: 'one' });
    registry.faults.add({ answer: { body: '', ...answer } });
    const repository = { registry: registry.host, repository: 'acme/app' };
    const said = await lab
      .client()
      .getManifest(repository, '1')
      .catch((thrown: unknown) => thrown);
    expect(said).toMatchObject(expected);
  });

  it('says of a denial what to do, and who said what', async () => {
    const registry = await lab.registry();
    registry.faults.add({ answer: ociError(403, 'DENIED', 'requested access is denied') });
    const repository = { registry: registry.host, repository: 'acme/app' };
    expect(await lab.client().headManifest(repository, '1')).toMatchObject({
      detail: `${registry.host}: GET manifest acme/app:1 answered 403 DENIED (requested access is denied): log in, or check the name; it may be gone or private`,
    });
  });
});
