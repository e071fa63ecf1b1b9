import { describe, expect, it } from '@jest/globals';
import { credentialFor, firstCredential } from '../../../lambda/adapters/registry/index.ts';
import type { Credential } from '../../../lambda/application/ports.ts';
import { json, ociError } from '../../support/registry/index.ts';
import { Lab, PASSWORD, USER } from './lab.ts';

const lab = new Lab();
const HEAD = 'HEAD /v2/acme/app/manifests/1';
const TOKEN = 'GET /token';

describe('when a registry wants a token', () => {
  it('asks for one with the scope that was named, once for many requests', async () => {
    const { registry, repository, client, asked } = await lab.guarded();
    for (let n = 0; n < 3; n += 1) {
      expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    }
    expect(asked()).toEqual([HEAD, TOKEN, HEAD, HEAD, HEAD]);
    const [, token] = registry.requests;
    expect(token?.query.getAll('scope')).toEqual(['repository:acme/app:pull']);
    expect(token?.query.get('service')).toBe('registry-double');
  });

  it('asks once though many come at once', async () => {
    const { repository, client, asked } = await lab.guarded();
    await Promise.all(Array.from({ length: 20 }, () => client.headManifest(repository, '1')));
    expect(asked().filter((request) => request === TOKEN)).toHaveLength(1);
  });

  it('asks without a credential where there is none', async () => {
    const { registry, repository, client } = await lab.guarded({ anonymousPull: true }, null);
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[1]?.headers.authorization).toBeUndefined();
  });

  it('is denied when the token does not allow it, and asks no more', async () => {
    const { repository, client, asked } = await lab.guarded({}, null);
    const denied = await client.headManifest(repository, '1');
    expect(denied).toMatchObject({ kind: 'denied', status: 401 });
    expect(asked()).toEqual([HEAD, TOKEN, HEAD]);
  });

  it('is denied when the credential is wrong, and says who refused it', async () => {
    const { repository, client, asked } = await lab.guarded(
      {},
      { kind: 'password', username: 'me', password: 'wrong horse' },
    );
    const denied = await client.headManifest(repository, '1');
    expect(denied).toMatchObject({ kind: 'denied', status: 401, code: 'UNAUTHORIZED' });
    expect(denied).toMatchObject({ detail: expect.stringContaining('refuses the credential') });
    expect(JSON.stringify(denied)).not.toContain('horse');
    expect(asked()).toEqual([HEAD, TOKEN]);
  });

  it('replaces a token before it ends, and keeps one for a minute at least', async () => {
    let now = 1_000_000;
    const clock = { now: () => now };
    const { repository, client, asked } = await lab.guarded(
      { expiresIn: 1000, ...clock },
      PASSWORD,
      clock,
    );
    const tokens = () => asked().filter((request) => request === TOKEN).length;
    await client.headManifest(repository, '1');
    now += 790_000;
    await client.headManifest(repository, '1');
    expect(tokens()).toBe(1);
    now += 20_000;
    await client.headManifest(repository, '1');
    expect(tokens()).toBe(2);
  });

  it.each([
    ['one second', 1],
    ['a negative time', -60],
    ['no time', null],
    ['text', '1'],
    ['for ever', 1e12],
    ['longer than any number', Number.MAX_VALUE],
  ])('lives with a token that is said to last %s', async (_name, expires_in) => {
    let now = 1_000_000;
    const { registry, repository, client, asked } = await lab.guarded({}, PASSWORD, {
      now: () => now,
    });
    registry.faults.add({
      path: '/token',
      answer: (_request, own) => json(200, { ...JSON.parse(String(own.body)), expires_in }),
    });
    const tokens = () => asked().filter((request) => request === TOKEN).length;
    await client.headManifest(repository, '1');
    now += 45_000;
    await client.headManifest(repository, '1');
    expect(tokens()).toBe(1);
    now += 24 * 3_600_000;
    await client.headManifest(repository, '1');
    expect(tokens()).toBe(2);
  });

  it.each([
    ['401 with a challenge', undefined],
    ['401 without a challenge (zot)', { status: 401, headers: {}, body: '' }],
    ['403 without a challenge (GHCR)', ociError(403, 'DENIED')],
    ['400 without a challenge (ECR Public)', { status: 400, headers: {}, body: '' }],
  ])('gets another token when the old one is answered with %s', async (_name, answer) => {
    const { registry, repository, client } = await lab.guarded();
    await client.headManifest(repository, '1');
    const old = registry.requests.at(-1)?.headers.authorization;
    registry.faults.add({
      when: ({ headers }) => headers.authorization === old,
      answer:
        answer ??
        ociError(401, 'UNAUTHORIZED', '', {
          'www-authenticate': `Bearer realm="${registry.origin}/token",error="invalid_token"`,
        }),
    });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests.at(-1)?.headers.authorization).not.toBe(old);
  });

  it('asks for the scope itself when none is named', async () => {
    const { registry, repository, client } = await lab.guarded();
    const header = `Bearer realm="${registry.origin}/token"`;
    registry.faults.add({
      times: 1,
      answer: ociError(401, 'X', '', { 'www-authenticate': header }),
    });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[1]?.query.getAll('scope')).toEqual(['repository:acme/app:pull']);
    expect(registry.requests[1]?.query.has('service')).toBe(false);
  });

  it('adds to a query that the realm has, and divides scopes', async () => {
    const { registry, repository, client } = await lab.guarded();
    const header = `Bearer realm="${registry.origin}/token?x=1",scope="repository:acme/app:pull repository:b:pull"`;
    registry.faults.add({
      times: 1,
      answer: ociError(401, 'X', '', { 'www-authenticate': header }),
    });
    await client.headManifest(repository, '1');
    expect(registry.requests[1]?.query.toString()).toBe(
      'x=1&scope=repository%3Aacme%2Fapp%3Apull&scope=repository%3Ab%3Apull',
    );
  });

  it.each([
    [['Negotiate', 'Basic realm="x"']],
    ['Negotiate, Basic realm="x"'],
    ['Bearer realm="/relative", Basic realm="x"'],
  ])('takes the way that it can from %j', async (header) => {
    const { registry, repository, client } = await lab.guarded({ auth: 'basic' });
    registry.faults.add({
      times: 1,
      answer: ociError(401, 'X', '', { 'www-authenticate': header }),
    });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(registry.requests[1]?.headers.authorization).toMatch(/^Basic /);
  });

  it('exchanges an identity token by POST', async () => {
    const identity: Credential = { kind: 'identity', token: USER.password };
    const { registry, repository, client, asked } = await lab.guarded({}, identity);
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(asked()).toEqual([HEAD, 'POST /token', HEAD]);
    const form = new URLSearchParams(Buffer.from(registry.requests[1]?.body ?? '').toString());
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'refresh_token',
      client_id: 'tagwarden',
      service: 'registry-double',
      scope: 'repository:acme/app:pull',
      refresh_token: USER.password,
    });
  });

  it('falls back to GET where an identity token cannot be posted', async () => {
    const identity: Credential = {
      kind: 'identity',
      token: USER.password,
      username: USER.username,
    };
    const { registry, repository, client, asked } = await lab.guarded({}, identity);
    registry.faults.add({ method: 'POST', status: 404 });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(asked()).toEqual([HEAD, 'POST /token', TOKEN, HEAD]);
  });

  it('shows a registry token as it is', async () => {
    const { registry, repository, client, asked } = await lab.guarded(
      {},
      { kind: 'bearer', token: 'abcdefg' },
    );
    const digest = `sha256:${'d'.repeat(64)}`;
    registry.faults.add({
      when: ({ headers }) => headers.authorization === 'Bearer abcdefg',
      answer: { status: 200, headers: { 'docker-content-digest': digest } },
    });
    expect(await client.headManifest(repository, '1')).toMatchObject({ digest });
    expect(asked()).toEqual([HEAD, HEAD]);
  });
});

describe('when a registry wants a password', () => {
  it('sends it after it was asked for, and from then on', async () => {
    const { repository, client, asked, registry } = await lab.guarded({ auth: 'basic' });
    await client.headManifest(repository, '1');
    await client.headManifest(repository, '1');
    expect(asked()).toEqual([HEAD, HEAD, HEAD]);
    expect(registry.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('is denied without one, and with a wrong one', async () => {
    const { repository, client } = await lab.guarded(
      { auth: 'basic' },
      { kind: 'password', username: 'me', password: 'no' },
    );
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'denied' });
    expect(await lab.client().headManifest(repository, '1')).toMatchObject({ kind: 'denied' });
  });
});

describe('when there are several credentials', () => {
  it('shows nobody what another one may see', async () => {
    const users = [USER, { username: 'you', password: 'battery staple' }];
    const { registry, repository, other } = await lab.guarded({ users });
    const credential: Credential = { kind: 'password', ...(users[1] ?? USER) };
    const find = (_registry: string, name: string) => (name === 'acme/app' ? PASSWORD : credential);
    const byPath = lab.client({ credentials: { find } });
    // One scope for both, so that nothing but the credential tells the tokens apart.
    const scope = 'repository:acme/app:pull repository:acme/other:pull';
    const header = `Bearer realm="${registry.origin}/token",scope="${scope}"`;
    registry.faults.add({
      when: ({ path, headers }) => path !== '/token' && headers.authorization === undefined,
      answer: ociError(401, 'UNAUTHORIZED', '', { 'www-authenticate': header }),
    });
    await byPath.headManifest(repository, '1');
    await byPath.headManifest(other, '1');
    const sent = registry.requests.filter(({ path }) => path === '/token');
    expect(new Set(sent.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('uses the first that knows the registry, and none for another one', async () => {
    const { registry, repository } = await lab.guarded({ auth: 'basic' });
    const credentials = firstCredential(
      credentialFor('other.example', { kind: 'password', username: 'me', password: 'not for you' }),
      credentialFor(registry.host, PASSWORD),
    );
    const client = lab.client({ credentials });
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(await credentials.find('third.example', 'x')).toBeUndefined();
  });
});
