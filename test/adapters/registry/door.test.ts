import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { json, ociError } from '../../support/registry/index.ts';
import { failureOf, Lab, PASSWORD } from './lab.ts';

const lab = new Lab();
const HEAD = 'HEAD /v2/acme/app/manifests/1';
const TOKEN = 'GET /token';

/** With a clock that stands still until it is told otherwise. */
async function timed(expiresIn = 1000) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  return { clock, ...(await lab.guarded({ expiresIn, now }, PASSWORD, { now })) };
}

describe('at the door of a repository', () => {
  it('one finds out what is asked for, and the others wait for that', async () => {
    const { repository, client, asked } = await lab.guarded();
    const calls = Array.from({ length: 20 }, () => client.headManifest(repository, '1'));
    for (const found of await Promise.all(calls)) expect(found).toMatchObject({ kind: 'found' });
    expect(asked()).toEqual([HEAD, TOKEN, ...Array.from({ length: 20 }, () => HEAD)]);
  });

  it('nobody waits where nothing is asked for', async () => {
    const { repository, client, asked } = await lab.guarded({ auth: 'none' });
    await Promise.all(Array.from({ length: 5 }, () => client.headManifest(repository, '1')));
    expect(asked()).toEqual(Array.from({ length: 5 }, () => HEAD));
  });

  it('nobody waits for long for one that is not answered', async () => {
    const limits = { patience: 20, headDeadline: 500 };
    const { registry, repository, client } = await lab.guarded({}, PASSWORD, { limits });
    registry.faults.add({ times: 1, hang: true });
    const [first, ...others] = Array.from({ length: 4 }, () =>
      client.headManifest(repository, '1'),
    );
    const refused = failureOf(first ?? Promise.resolve());
    for (const found of await Promise.all(others)) expect(found).toMatchObject({ kind: 'found' });
    expect(await refused).toMatchObject({ code: 'TIMEOUT' });
  });

  it('those who wait go on when the first one fails, or is stopped', async () => {
    const { registry, repository, client } = await lab.guarded({}, PASSWORD, {
      limits: { patience: 60_000 },
    });
    registry.faults.add({ times: 1, hang: true });
    const caller = new AbortController();
    const first = client.headManifest(repository, '1', caller.signal);
    const others = Array.from({ length: 3 }, () => client.headManifest(repository, '1'));
    while (registry.requests.length === 0) await setTimeout(1);
    caller.abort(new Error('interrupted'));
    await expect(first).rejects.toThrow('interrupted');
    for (const found of await Promise.all(others)) expect(found).toMatchObject({ kind: 'found' });
  });

  it('a token that is used up is replaced without being refused first', async () => {
    const { clock, repository, client, asked } = await timed();
    await client.headManifest(repository, '1');
    clock.now += 900_000;
    await Promise.all(Array.from({ length: 3 }, () => client.headManifest(repository, '1')));
    expect(asked()).toEqual([HEAD, TOKEN, HEAD, TOKEN, HEAD, HEAD, HEAD]);
  });

  it('a token server that has moved is asked for after one failure', async () => {
    const { clock, registry, repository, client } = await timed();
    await client.headManifest(repository, '1');
    clock.now += 900_000;
    registry.faults.add({ path: '/token', times: 1, answer: { status: 500, body: '' } });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'SERVER_ERROR',
    });
    registry.forget();
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('a refusal on renewal is no word of the registry itself', async () => {
    const { clock, registry, repository, client } = await timed();
    await client.headManifest(repository, '1');
    clock.now += 900_000;
    registry.faults.add({ path: '/token', times: 1, answer: ociError(401, 'UNAUTHORIZED') });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
  });

  it('a token that is not enough is not asked for again at once', async () => {
    const now = { now: () => 1_000_000 };
    const { repository, client, asked } = await lab.guarded({}, null, now);
    for (let n = 0; n < 3; n += 1) {
      const denied = await client.headManifest(repository, '1');
      expect(denied).toMatchObject({ kind: 'denied', status: 401 });
    }
    expect(asked()).toEqual([HEAD, TOKEN, HEAD, HEAD, HEAD]);
  });

  it('a token that is not enough is asked for again after a minute', async () => {
    const clock = { now: 1_000_000 };
    const now = () => clock.now;
    const { registry, repository, client } = await lab.guarded({ expiresIn: 1000, now }, null, {
      now,
    });
    await client.headManifest(repository, '1');
    clock.now += 61_000;
    registry.faults.add({ path: '/token', answer: json(200, { token: 'other-token' }) });
    registry.forget();
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'denied' });
    expect(registry.requests.map(({ headers }) => headers.authorization).at(-1)).toBe(
      'Bearer other-token',
    );
    expect(registry.requests).toHaveLength(3);
  });
});
