import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MINUTE } from '../../../lambda/domain/time.ts';
import type { Fault } from '../../support/registry/index.ts';
import { pushImage } from '../../support/registry/index.ts';
import { World } from '../../support/world/index.ts';

const oci = (status: number, code: string, message = 'said so'): Fault => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code, message }] }),
});
const plain = (status: number, type: string, body: string): Fault => ({
  status,
  headers: { 'content-type': type },
  body,
});
const named = (digest: string | undefined): Fault => ({
  headers: { 'docker-content-digest': digest, etag: undefined },
});
const OTHER = `sha256:${'a'.repeat(64)}`;
const html = '<html><body>not found</body></html>';

/** What people are told of a tag whose manifest is answered so, for an hour and a half. */
const ANSWERS: readonly (readonly [answer: string, fault: Fault, told: readonly string[]])[] = [
  ['404 MANIFEST_UNKNOWN', oci(404, 'MANIFEST_UNKNOWN'), ['tag.missing']],
  ['404 NAME_UNKNOWN', oci(404, 'NAME_UNKNOWN'), ['tag.missing']],
  ['404 NOT_FOUND of Harbor', oci(404, 'NOT_FOUND'), ['tag.missing']],
  ['404 as a web page', plain(404, 'text/html', html), ['watch.failing']],
  ['404 in plain text', plain(404, 'text/plain', '404 page not found'), ['watch.failing']],
  ['404 without a body', plain(404, 'text/plain', ''), ['watch.failing']],
  ['410 with an OCI error', oci(410, 'MANIFEST_UNKNOWN'), ['tag.missing']],
  ['401 without a challenge', oci(401, 'UNAUTHORIZED'), ['tag.access-lost']],
  ['403 DENIED', oci(403, 'DENIED'), ['tag.access-lost']],
  ['451', oci(451, 'DENIED'), ['tag.access-lost']],
  ['500 UNKNOWN around a DENIED', oci(500, 'UNKNOWN', 'DENIED: upstream'), ['watch.failing']],
  ['400 about a token', oci(400, 'UNKNOWN', 'Not Authorized'), ['watch.failing']],
  ['405 UNSUPPORTED', oci(405, 'UNSUPPORTED'), ['watch.failing']],
  ['503', plain(503, 'text/plain', 'busy'), ['watch.failing']],
  ['429', plain(429, 'text/plain', 'slow down'), ['registry.failing']],
  ['a cut connection', { ...named(undefined), cut: 10 }, ['watch.failing']],
  ['bytes of another digest', { ...named(OTHER), body: '{}' }, ['watch.failing']],
  // From here on this registry is asked by GET.
  ['404 on HEAD alone', { ...plain(404, 'text/plain', ''), method: 'HEAD' }, []],
  ['405 on HEAD alone', { ...plain(405, 'text/plain', ''), method: 'HEAD' }, []],
];

describe('what a registry answers for a watched tag', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());

  it.each(ANSWERS)('%s', async (answer, fault, told) => {
    const repository = `shop/${ANSWERS.findIndex(([name]) => name === answer)}`;
    for (const tag of ['1', '2']) pushImage(world.registry, repository, tag, { content: tag });
    const images = `["HOST/${repository}:1", "HOST/${repository}:2"]`;
    await world.apply(`watch: [{images: ${images}, policy: none, every: 15m}]`, { prune: true });
    await quarters(2);
    world.committed.length = 0;
    const path = `/v2/${repository}/manifests/1`;
    const mend = world.registry.faults.add({ ...fault, path });
    await quarters(6);
    expect(world.committed.map(({ kind }) => kind)).toEqual(told);
    mend();
    await quarters(6);
    const closing = { 'tag.missing': 'tag.restored', 'tag.access-lost': 'tag.access-restored' };
    const closed = told.map((kind) => closing[kind as keyof typeof closing] ?? recovered(kind));
    expect(world.committed.map(({ kind }) => kind)).toEqual([...told, ...closed]);
    expect(world.committed.every(({ changes }) => !changes.some(isMove))).toBe(true);
  });

  const quarters = async (count: number) => {
    for (let n = 0; n < count; n++) await world.tick(15 * MINUTE);
  };
});

function recovered(kind: string): string {
  return kind.replace('failing', 'recovered');
}

function isMove({ kind }: { readonly kind: string }): boolean {
  return kind === 'tag.moved';
}
