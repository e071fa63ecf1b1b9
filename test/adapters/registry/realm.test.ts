import { describe, expect, it } from '@jest/globals';
import { Endpoints } from '../../../lambda/adapters/registry/endpoint.ts';
import { credentialFor } from '../../../lambda/adapters/registry/index.ts';
import { checkRealm, parseRealm } from '../../../lambda/adapters/registry/realm.ts';
import type { Site } from '../../../lambda/adapters/registry/site.ts';
import type { Credential } from '../../../lambda/application/ports.ts';
import { ociError, pushImage } from '../../support/registry/index.ts';
import { failureOf, Lab, portOf, resolver } from './lab.ts';

const lab = new Lab();
const PASSWORD: Credential = { kind: 'password', username: 'me', password: 'correct horse' };

function siteOf(hostname: string): Site {
  const none = { loopback: false, linkLocal: false, private: false };
  return {
    own: true,
    registry: hostname,
    origin: `https://${hostname}`,
    hostname,
    secure: true,
    tls: { insecure: false },
    addresses: { loopback: true, linkLocal: true, private: true },
    elsewhere: none,
    tokenHosts: [],
  };
}

function check(realm: string, registry: string) {
  return checkRealm(new URL(realm), siteOf(registry));
}

describe('checkRealm', () => {
  it.each([
    ['https://auth.docker.io/token', 'registry-1.docker.io'],
    ['https://gitlab.com/jwt/auth', 'registry.gitlab.com'],
    ['https://ghcr.io/token', 'ghcr.io'],
    ['https://harbor.corp.example/service/token', 'harbor.corp.example'],
    ['https://registry.example:5001/token', 'registry.example'],
  ])('lets %s see the secret of %s', async (realm, registry) => {
    expect((await check(realm, registry)).mayHaveSecret).toBe(true);
  });

  it.each([
    ['https://authn.nvidia.com/token', 'nvcr.io', true],
    ['https://api.scaleway.com/registry/token', 'rg.fr-par.scw.cloud', true],
    ['https://api.scaleway.com/registry/token', 'evil.functions.fnc.fr-par.scw.cloud', false],
    ['https://authn.nvidia.com/token', 'ghcr.io', false],
    ['https://authn.nvidia.com:8443/token', 'nvcr.io', false],
  ])('knows whether %s is the token server of %s', async (realm, registry, expected) => {
    const site = new Endpoints({}).of(registry);
    expect((await checkRealm(new URL(realm), site)).mayHaveSecret).toBe(expected);
  });

  it.each([
    ['https://evil.example/token', 'ghcr.io'],
    ['https://ghcr.io.evil.example/token', 'ghcr.io'],
    ['https://evilghcr.io/token', 'ghcr.io'],
    ['https://evil.co.uk/token', 'registry.co.uk'],
    ['https://evil.github.io/token', 'registry.github.io'],
    ['https://10.0.0.2/token', '10.0.0.1'],
    ['https://localhost/token', 'ghcr.io'],
    ['https://evil/token', 'registry'],
  ])('does not let %s see the secret of %s', async (realm, registry) => {
    expect((await check(realm, registry)).mayHaveSecret).toBe(false);
  });

  it.each(['http://ghcr.io/token', 'https://user:pass@ghcr.io/token', 'https://user@ghcr.io/'])(
    'refuses %s',
    (realm) => expect(check(realm, 'ghcr.io')).rejects.toThrow(/names the token server/),
  );

  it('lets only the registry itself be where the registry may be', async () => {
    expect((await check('https://ghcr.io/token', 'ghcr.io')).addresses.private).toBe(true);
    expect((await check('https://auth.ghcr.io/token', 'ghcr.io')).addresses.private).toBe(false);
  });

  it('trusts the authority of the registry for its own token server only', async () => {
    const site = { ...siteOf('registry.corp.example'), tls: { insecure: true, ca: 'PEM' } };
    const same = await checkRealm(new URL('https://registry.corp.example/t'), site);
    expect(same.tls).toEqual({ insecure: true, ca: expect.arrayContaining(['PEM']) });
    const beside = await checkRealm(new URL('https://auth.corp.example/t'), site);
    expect(beside.tls).toEqual({ insecure: false, ca: expect.arrayContaining(['PEM']) });
    expect((await checkRealm(new URL('https://evil.example/t'), site)).tls).toEqual({
      insecure: false,
    });
  });
});

describe('parseRealm', () => {
  it.each(['/token', 'token', '', 'file:///etc/passwd', 'https', 'javascript:1', undefined])(
    'takes %j for no realm',
    (realm) => expect(parseRealm(realm)).toBeUndefined(),
  );
});

describe('when a registry names a token server', () => {
  async function named(realm: (port: number) => string, credential?: Credential) {
    const registry = await lab.registry();
    pushImage(registry, 'acme/app', '1', { content: 'one' });
    const victim = await lab.listener('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"token":"t"}');
    const header = `Bearer realm="${realm(victim.port)}",service="s"`;
    registry.faults.add({
      answer: ociError(401, 'UNAUTHORIZED', '', { 'www-authenticate': header }),
    });
    const host = `registry.example:${portOf(registry)}`;
    const client = lab.client({
      settings: [{ host, allowPrivate: false, plainHttp: true }],
      resolve: resolver('127.0.0.1').resolve,
      ...(credential && { credentials: credentialFor(host, credential) }),
    });
    return { victim, call: client.headManifest({ registry: host, repository: 'acme/app' }, '1') };
  }

  it.each([
    ['127.0.0.1', (port: number) => `http://127.0.0.1:${port}/token`],
    ['a short form of it', (port: number) => `http://127.1:${port}/token`],
    ['a number', (port: number) => `http://2130706433:${port}/token`],
    ['hexadecimal', (port: number) => `http://0x7f.1:${port}/token`],
    ['IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/token`],
    ['0.0.0.0', (port: number) => `http://0.0.0.0:${port}/token`],
    ['localhost', (port: number) => `http://localhost:${port}/token`],
    ['a name that resolves to it', (port: number) => `http://evil.example:${port}/token`],
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['the metadata service in IPv6', () => 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['a private address', () => 'http://10.0.0.1/token'],
  ])('does not go inside our network: %s', async (_name, realm) => {
    const { victim, call } = await named(realm);
    expect(await failureOf(call)).toMatchObject({ code: 'REALM_FORBIDDEN', temporary: false });
    expect(victim.connections).toBe(0);
  });

  it('does not send the password to another domain', async () => {
    const realm = (port: number) => `http://evil.test:${port}/token`;
    const { victim, call } = await named(realm, PASSWORD);
    const failure = await failureOf(call);
    expect(failure).toMatchObject({ code: 'REALM_FORBIDDEN', reason: 'bad-token' });
    // Not for its address, which is refused as well.
    expect(failure.message).toContain('of another domain');
    expect(failure.message).not.toContain('horse');
    expect(victim.connections).toBe(0);
  });

  it('does not go to plain HTTP from a registry with TLS', async () => {
    const site = siteOf('ghcr.io');
    await expect(checkRealm(new URL('http://auth.ghcr.io/'), site)).rejects.toThrow(/without TLS/);
  });
});
