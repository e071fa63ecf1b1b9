import { describe, expect, it } from '@jest/globals';
import {
  credentialsFromDockerConfig,
  DockerConfigError,
} from '../../../lambda/adapters/registry/index.ts';

function read(config: unknown) {
  return credentialsFromDockerConfig(JSON.stringify(config));
}

function auth(text: string): { auth: string } {
  return { auth: Buffer.from(text).toString('base64') };
}

function password(username: string, secret: string) {
  return { kind: 'password', username, password: secret };
}

describe('credentialsFromDockerConfig', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/v2/', 'ghcr.io'],
    ['http://registry.corp:5000/', 'registry.corp:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
  ])('finds what is kept under %s for %s', (key, registry) => {
    const found = read({ auths: { [key]: auth('me:secret') } }).find(registry, 'acme/app');
    expect(found).toEqual(password('me', 'secret'));
  });

  it('finds nothing for another registry, and none that only begins alike', () => {
    const credentials = read({ auths: { 'ghcr.io': auth('me:secret') } });
    expect(credentials.find('ghcr.io.evil.example', 'acme/app')).toBeUndefined();
    expect(credentials.find('ghcr.io:444', 'acme/app')).toBeUndefined();
    expect(credentials.find('io', 'acme/app')).toBeUndefined();
  });

  it('prefers the longest path', () => {
    const credentials = read({
      auths: {
        'r.example': auth('a:1'),
        'r.example/acme': auth('b:2'),
        'r.example/acme/app': auth('c:3'),
      },
    });
    expect(credentials.find('r.example', 'acme/app')).toEqual(password('c', '3'));
    expect(credentials.find('r.example', 'acme/app2')).toEqual(password('b', '2'));
    expect(credentials.find('r.example', 'other')).toEqual(password('a', '1'));
    expect(credentials.hosts).toEqual(['r.example', 'r.example/acme', 'r.example/acme/app']);
  });

  it.each([
    ['a password with colons', auth('AWS:a:b:c'), password('AWS', 'a:b:c')],
    ['base64 without padding', { auth: 'bWU6c2VjcmV0cw' }, password('me', 'secrets')],
    ['base64 padded with zero bytes', auth('me:secret\0\0'), password('me', 'secret')],
    ['an empty password', auth('me:'), password('me', '')],
    ['username and password', { username: 'u', password: 'p' }, password('u', 'p')],
    ['an identity token', { identitytoken: 't' }, { kind: 'identity', token: 't' }],
    [
      'an identity token with a user',
      { ...auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 't' },
      { kind: 'identity', token: 't', username: '00000000-0000-0000-0000-000000000000' },
    ],
    ['a registry token', { registrytoken: 't' }, { kind: 'bearer', token: 't' }],
  ])('reads %s', (_name, entry, expected) => {
    expect(read({ auths: { 'r.example': entry } }).find('r.example', 'a')).toEqual(expected);
  });

  it('never runs a credential helper, and says so', () => {
    const credentials = read({
      auths: { 'ghcr.io': {} },
      credsStore: 'desktop',
      credHelpers: { 'gcr.io': 'gcloud' },
    });
    expect(credentials.find('ghcr.io', 'a')).toBeUndefined();
    expect(credentials.warnings).toEqual([
      expect.stringContaining('credsStore desktop is not run'),
      expect.stringContaining('the credential helper of gcr.io is not run'),
      expect.stringContaining('ghcr.io: no credential in it'),
    ]);
  });

  it('reads an empty file', () => {
    expect(read({})).toMatchObject({ warnings: [], hosts: [] });
  });

  it.each([
    ['no JSON', '{"auths": {"h": {"auth": "c2VjcmV0LXNlY3JldA==" x'],
    ['a list', '[]'],
    ['auths that is a list', '{"auths": ["secret-secret"]}'],
    ['an entry that is text', '{"auths": {"h": "secret-secret"}}'],
  ])('refuses %s without telling what is in it', (_name, json) => {
    const attempt = () => credentialsFromDockerConfig(json);
    expect(attempt).toThrow(DockerConfigError);
    expect(attempt).not.toThrow(/secret|c2Vjcm/);
  });

  it('passes over an entry that cannot be read, without telling what is in it', () => {
    const credentials = read({ auths: { 'r.example': auth('secretwithoutcolon') } });
    expect(credentials.find('r.example', 'a')).toBeUndefined();
    expect(credentials.warnings).toEqual(['r.example: "auth" is not base64 of user:password']);
  });
});
