import { describe, expect, it } from '@jest/globals';
import { credentialFor } from '../../../lambda/adapters/registry/index.ts';
import { followRedirect } from '../../../lambda/adapters/registry/redirect.ts';
import type { Site } from '../../../lambda/adapters/registry/site.ts';
import type { Credential } from '../../../lambda/application/ports.ts';
import { pushImage, type SeenRequest } from '../../support/registry/index.ts';
import { failureOf, Lab, portOf, resolver } from './lab.ts';

const lab = new Lab();
const USER = { username: 'me', password: 'correct horse' };
const PASSWORD: Credential = { kind: 'password', ...USER };
const PATH = '/v2/acme/app/manifests/1';

/** A registry that sends every request for the manifest to another one. */
async function redirecting(status = 307, second: Parameters<Lab['registry']>[0] = {}) {
  const registry = await lab.registry({ auth: 'basic', users: [USER] });
  const target = await lab.registry(second);
  for (const one of [registry, target]) pushImage(one, 'acme/app', '1', { content: 'one' });
  const location = `${target.origin}${PATH}?signed=1`;
  const isKnown = ({ headers }: SeenRequest) => headers.authorization !== undefined;
  registry.faults.add({ when: isKnown, answer: { status, headers: { location }, body: '' } });
  const client = lab.client({ credentials: credentialFor(registry.host, PASSWORD) });
  return {
    registry,
    target,
    client,
    repository: { registry: registry.host, repository: 'acme/app' },
  };
}

describe('when a registry redirects', () => {
  it.each([301, 302, 303, 307, 308])('follows %i for GET and HEAD', async (status) => {
    const { client, repository, target } = await redirecting(status);
    expect(await client.headManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(await client.getManifest(repository, '1')).toMatchObject({ kind: 'found' });
    expect(target.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('shows another origin neither password nor token, not even on the same host', async () => {
    const { client, repository, target, registry } = await redirecting();
    await client.getManifest(repository, '1');
    expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
    expect(target.requests.length).toBeGreaterThan(0);
    for (const { headers } of target.requests) {
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
    }
  });

  it('answers the challenge of another origin as nobody, and keeps its own', async () => {
    const options = { auth: 'token', users: [USER], anonymousPull: true } as const;
    const { client, repository, target, registry } = await redirecting(307, options);
    expect(await client.getManifest(repository, '1')).toMatchObject({ kind: 'found' });
    const sent = target.requests.map(({ headers }) => headers.authorization ?? '');
    expect(sent.some((header) => header.startsWith('Basic'))).toBe(false);
    await client.getManifest(repository, '1');
    expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
  });

  it('does not say who we are when it is sent back', async () => {
    const { client, repository, target, registry } = await redirecting();
    const location = `${registry.origin}/v2/acme/app/manifests/private`;
    target.faults.add({ answer: { status: 307, headers: { location }, body: '' } });
    expect(await client.getManifest(repository, '1')).toMatchObject({ kind: 'denied' });
    const { path, headers } = registry.requests.at(-1) ?? {};
    expect(path).toBe('/v2/acme/app/manifests/private');
    expect(headers?.authorization).toBeUndefined();
  });

  it('leaves a loop', async () => {
    const { client, repository, target } = await redirecting();
    target.faults.add({ answer: { status: 302, headers: { location: '?again' }, body: '' } });
    expect(await failureOf(client.headManifest(repository, '1'))).toMatchObject({
      code: 'REDIRECT_FORBIDDEN',
      reason: 'protocol',
    });
    expect(target.requests).toHaveLength(3);
  });

  it('takes no 403 of a storage for a denial of the registry', async () => {
    const { client, repository, target } = await redirecting();
    const answer = {
      status: 403,
      headers: { 'content-type': 'application/xml' },
      body: '<Error/>',
    };
    target.faults.add({ answer });
    expect(await failureOf(client.getManifest(repository, '1'))).toMatchObject({
      code: 'PROTOCOL',
    });
  });

  it.each([
    ['loopback', (port: string) => `http://127.0.0.1:${port}${PATH}`],
    ['localhost', (port: string) => `http://localhost:${port}${PATH}`],
    ['a name that resolves to loopback', (port: string) => `http://storage.test:${port}${PATH}`],
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a private address', () => 'http://192.168.0.1/'],
  ])('does not go inside our network: %s', async (_name, location) => {
    const registry = await lab.registry();
    const victim = await lab.registry();
    registry.faults.add({
      answer: { status: 302, headers: { location: location(portOf(victim)) }, body: '' },
    });
    const host = `registry.example:${portOf(registry)}`;
    const client = lab.client({
      settings: [{ host, allowPrivate: false, plainHttp: true }],
      resolve: resolver('127.0.0.1').resolve,
    });
    const call = client.getManifest({ registry: host, repository: 'acme/app' }, '1');
    expect(await failureOf(call)).toMatchObject({ code: 'REDIRECT_FORBIDDEN' });
    expect(victim.connections).toBe(0);
  });

  it('tells nothing of a signed URL', async () => {
    const { client, repository, target } = await redirecting();
    target.faults.add({ answer: { status: 500, headers: {}, body: '' } });
    const failure = await failureOf(client.getManifest(repository, '1'));
    expect(failure.message).toContain(`(redirected to ${target.host})`);
    expect(failure.message).not.toContain('signed');
  });
});

describe('followRedirect', () => {
  const own: Site = {
    own: true,
    registry: 'r.example',
    origin: 'https://r.example',
    hostname: 'r.example',
    secure: true,
    tls: { insecure: true, ca: 'PEM' },
    addresses: { loopback: false, linkLocal: false, private: true },
    elsewhere: { loopback: false, linkLocal: false, private: false },
    tokenHosts: [],
  };
  const follow = (location: string) =>
    followRedirect(
      { site: own, path: '/v2/a/manifests/1' },
      { headers: { location } } as never,
      own,
      'r.example: GET manifest a:1',
    );

  it.each([
    'http://r.example/x',
    'http://storage.example/x',
    'https://user:pass@storage.example/x',
    'file:///etc/passwd',
    'https://',
  ])('refuses %s', (location) => {
    expect(() => follow(location)).toThrow(
      expect.objectContaining({
        code: 'REDIRECT_FORBIDDEN',
        message: expect.not.stringContaining('pass@'),
      }),
    );
  });

  it('stays itself at its own origin', () => {
    expect(follow('/v2/b/manifests/1?x')).toEqual({ site: own, path: '/v2/b/manifests/1?x' });
  });

  it('gives another host neither certificates nor places of its own', () => {
    expect(follow('https://storage.example/x').site).toMatchObject({
      own: false,
      registry: 'storage.example',
      tls: { insecure: false },
      addresses: { private: false },
    });
  });
});
