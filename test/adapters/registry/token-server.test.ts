import { describe, expect, it } from '@jest/globals';
import { json } from '../../support/registry/index.ts';
import { failureOf, Lab, PASSWORD } from './lab.ts';

const lab = new Lab();
describe('when the token server fails', () => {
  it.each([
    [
      'a web page',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'bad-token',
    ],
    ['no token', json(200, { expires_in: 60 }), 'bad-token'],
    ['an empty token', json(200, { token: '' }), 'bad-token'],
    ['a token that is a number', json(200, { token: 7 }), 'bad-token'],
    ['a token with header lines in it', json(200, { token: 'a\r\nx: y' }), 'bad-token'],
    ['a token without end', json(200, { token: 'a'.repeat(20_000) }), 'bad-token'],
    ['a redirect', { status: 302, headers: { location: 'http://localhost:1/' } }, 'bad-token'],
    ['nothing but null', json(200, null), 'bad-token'],
    ['ten megabytes', { status: 200, headers: {}, body: ' '.repeat(10_000_000) }, 'too-large'],
    ['429', { status: 429, headers: { 'retry-after': '5' } }, 'throttled'],
    ['500', { status: 500, headers: {} }, 'server-error'],
    ['404', { status: 404, headers: {} }, 'bad-token'],
  ])('fails with a reason on %s', async (_name, answer, reason) => {
    const { registry, repository, client } = await lab.guarded();
    registry.faults.add({ path: '/token', answer: { body: '', ...answer } });
    const failure = await failureOf(client.headManifest(repository, '1'));
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(`GET token of ${registry.origin}`);
    expect(failure.message).not.toContain('horse');
  });

  it.each([
    ['says that it was issued in a thousand years', { issued_at: '3000-01-01T00:00:00Z' }],
    ['says that it was issued long ago', { issued_at: '1970-01-01T00:00:00Z' }],
    ['is sent as text/plain (Docker Hub)', {}],
  ])('keeps a token by its own clock that %s', async (_name, said) => {
    const clock = { now: 1_000_000 };
    const { registry, repository, client, asked } = await lab.guarded({}, PASSWORD, {
      now: () => clock.now,
    });
    registry.faults.add({
      path: '/token',
      answer: (_request, own) => ({
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ ...JSON.parse(String(own.body)), ...said }),
      }),
    });
    const tokens = () => asked().filter((request) => request === 'GET /token').length;
    await client.headManifest(repository, '1');
    clock.now += 45_000;
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(tokens()).toBe(1);
    clock.now += 15_000;
    await client.headManifest(repository, '1');
    expect(tokens()).toBe(2);
  });

  it('does not wait for it longer than for anything else', async () => {
    const { registry, repository, client } = await lab.guarded({}, PASSWORD, {
      limits: { headDeadline: 200 },
    });
    registry.faults.add({ path: '/token', hang: true });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      reason: 'timeout',
    });
  });

  it('asks again after a failure', async () => {
    const { registry, repository, client } = await lab.guarded();
    registry.faults.add({ path: '/token', status: 500, times: 1 });
    await failureOf(client.headManifest(repository, '1'));
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it('does not fail for all when the first who asked gives up', async () => {
    const { registry, repository, client } = await lab.guarded();
    registry.faults.add({ path: '/token', delay: 100 });
    const impatient = new AbortController();
    const first = client.headManifest(repository, '1', impatient.signal).catch((error) => error);
    const second = client.headManifest(repository, '1');
    setTimeout(() => impatient.abort(new Error('enough')), 50);
    expect(await first).toEqual(new Error('enough'));
    expect(await second).toMatchObject({ kind: 'found' });
  });
});
