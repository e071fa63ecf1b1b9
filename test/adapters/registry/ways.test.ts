import { describe, expect, it } from '@jest/globals';
import { credentialsFromDockerConfig } from '../../../lambda/adapters/registry/index.ts';
import { json, ociError, pushImage, type SeenRequest } from '../../support/registry/index.ts';
import { Lab } from './lab.ts';

const lab = new Lab();
const DIGEST = `sha256:${'d'.repeat(64)}`;
const TOKEN = 'issued-token';

interface Way {
  /** What the user keeps for it in docker's config.json. */
  readonly kept?: object;
  readonly challenge: (origin: string) => string | string[];
  /** What the token server says. */
  readonly issues?: object;
  /** How the token server is asked. */
  readonly asks?: { readonly method: string; readonly as?: string; readonly for: string };
  /** How the registry is asked in the end. */
  readonly shows: string;
}

function basic(username: string, password: string): { auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

const KEY_FILE = JSON.stringify({ type: 'service_account', private_key: 'a:b\nc' });
const ACR_USER = '00000000-0000-0000-0000-000000000000';
const SCOPE = 'scope=repository:acme/app:pull';

const WAYS: Record<string, Way> = {
  'Docker Hub, anonymous': {
    challenge: (o) =>
      `Bearer realm="${o}/token",service="registry.docker.io",scope="repository:acme/app:pull"`,
    asks: { method: 'GET', for: `service=registry.docker.io&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'Docker Hub with a personal access token': {
    kept: basic('me', 'dckr_pat_x'),
    challenge: (o) =>
      `Bearer realm="${o}/token",service="registry.docker.io",scope="repository:acme/app:pull"`,
    asks: { method: 'GET', as: 'me:dckr_pat_x', for: `service=registry.docker.io&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'ECR: its password on every call': {
    kept: basic('AWS', 'ey:Jw'),
    challenge: (o) => `Basic realm="${o}/",service="ecr.amazonaws.com"`,
    shows: `Basic ${basic('AWS', 'ey:Jw').auth}`,
  },
  'GHCR with a personal access token': {
    kept: basic('me', 'ghp_x'),
    challenge: (o) =>
      `Bearer realm="${o}/token",service="ghcr.io",scope="repository:acme/app:pull"`,
    asks: { method: 'GET', as: 'me:ghp_x', for: `service=ghcr.io&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'GHCR with a registry token': {
    kept: { registrytoken: 'Z2hwX3g=' },
    challenge: (o) =>
      `Bearer realm="${o}/token",service="ghcr.io",scope="repository:acme/app:pull"`,
    shows: 'Bearer Z2hwX3g=',
  },
  'Artifact Registry with a key file; service without quotes': {
    kept: basic('_json_key', KEY_FILE),
    challenge: (o) => `Bearer realm="${o}/token",service=gcr.io`,
    asks: { method: 'GET', as: `_json_key:${KEY_FILE}`, for: `service=gcr.io&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'Artifact Registry with an access token': {
    kept: basic('oauth2accesstoken', 'ya29.a:b'),
    challenge: (o) => `Bearer realm="${o}/token"`,
    asks: { method: 'GET', as: 'oauth2accesstoken:ya29.a:b', for: SCOPE },
    shows: `Bearer ${TOKEN}`,
  },
  'ACR with a refresh token': {
    kept: { ...basic(ACR_USER, ''), identitytoken: 'refresh' },
    challenge: (o) =>
      `Bearer realm="${o}/token",service="acme.azurecr.io",scope="repository:acme/app:pull"`,
    issues: { access_token: TOKEN },
    asks: {
      method: 'POST',
      for: `grant_type=refresh_token&client_id=tagwarden&service=acme.azurecr.io&${SCOPE}&refresh_token=refresh`,
    },
    shows: `Bearer ${TOKEN}`,
  },
  'GitLab with a deploy token': {
    kept: basic('gitlab+deploy-token-1', 'gldt-x'),
    challenge: (o) =>
      `Bearer realm="${o}/token?from=jwt",service="container_registry",scope="repository:acme/app:pull",error="invalid_token"`,
    asks: {
      method: 'GET',
      as: 'gitlab+deploy-token-1:gldt-x',
      for: `from=jwt&service=container_registry&${SCOPE}`,
    },
    shows: `Bearer ${TOKEN}`,
  },
  'Quay with a robot': {
    kept: basic('acme+robot', 'x'),
    challenge: (o) =>
      `Bearer realm="${o}/token",service="quay.io",scope="repository:acme/app:pull"`,
    asks: { method: 'GET', as: 'acme+robot:x', for: `service=quay.io&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'Harbor with a robot': {
    kept: basic('robot$acme', 'x'),
    challenge: (o) =>
      `Bearer realm="${o}/token",service="harbor-registry",scope="repository:acme/app:pull"`,
    asks: { method: 'GET', as: 'robot$acme:x', for: `service=harbor-registry&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
  'Forgejo: two challenges in one field, any scope': {
    kept: basic('me', 'x'),
    challenge: (o) =>
      `Bearer realm="${o}/token",service="container_registry",scope="*",Basic realm="${o}/v2",service="container_registry",scope="*"`,
    asks: { method: 'GET', as: 'me:x', for: 'service=container_registry&scope=*' },
    shows: `Bearer ${TOKEN}`,
  },
  'Artifactory: several fields, the best one last': {
    kept: basic('me', 'x'),
    challenge: (o) => [
      'Negotiate',
      'Basic realm="Artifactory"',
      `Bearer realm="${o}/token",service="acme"`,
    ],
    asks: { method: 'GET', as: 'me:x', for: `service=acme&${SCOPE}` },
    shows: `Bearer ${TOKEN}`,
  },
};

describe("registries' ways to log in", () => {
  it.each(Object.entries(WAYS))('%s', async (_name, way) => {
    const { challenge, kept, asks, shows, issues = { token: TOKEN } } = way;
    const registry = await lab.registry();
    registry.faults.add({ path: '/token', answer: json(200, issues) });
    registry.faults.add({
      answer: ({ headers }) =>
        headers.authorization === shows
          ? { status: 200, headers: { 'docker-content-digest': DIGEST }, body: '' }
          : ociError(401, 'UNAUTHORIZED', '', { 'www-authenticate': challenge(registry.origin) }),
    });
    const config = { auths: kept === undefined ? {} : { [registry.host]: kept } };
    const credentials = credentialsFromDockerConfig(JSON.stringify(config));
    const client = lab.client({ credentials });
    const found = await client.headManifest(
      { registry: registry.host, repository: 'acme/app' },
      '1',
    );
    expect(found).toMatchObject({ kind: 'found', digest: DIGEST });
    expect(registry.requests.filter(({ path }) => path === '/token').map(asked)).toEqual(
      asks === undefined ? [] : [asks],
    );
  });
});

/** A request of a token, as far as the ways differ. */
function asked({ method, query, headers, body }: SeenRequest): Way['asks'] {
  const form = method === 'POST' ? new URLSearchParams(Buffer.from(body).toString()) : query;
  const as = Buffer.from(headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
  return { method, ...(as && { as }), for: decodeURIComponent(form.toString()) };
}

describe('a token server of another domain', () => {
  async function elsewhere(tokenHosts?: (host: string) => string[]) {
    const registry = await lab.registry();
    const server = await lab.registry();
    const host = server.host.replace('127.0.0.1', 'localhost');
    pushImage(registry, 'acme/app', '1', { content: 'one' });
    server.faults.add({ answer: json(200, { token: TOKEN }) });
    const challenge = `Bearer realm="http://${host}/token",service="s"`;
    registry.faults.add({
      when: ({ headers }) => headers.authorization !== `Bearer ${TOKEN}`,
      answer: ociError(401, 'UNAUTHORIZED', '', { 'www-authenticate': challenge }),
    });
    const settings = {
      host: registry.host,
      allowPrivate: false,
      plainHttp: true,
      ...(tokenHosts && { tokenHosts: tokenHosts(host) }),
    };
    const config = { auths: { [registry.host]: basic('me', 'secret-word') } };
    const credentials = credentialsFromDockerConfig(JSON.stringify(config));
    const client = lab.client({ credentials, settings: [settings] });
    const call = () =>
      client.headManifest({ registry: registry.host, repository: 'acme/app' }, '1');
    return { registry, server, host, call };
  }

  it('is shown the credential where the user names it', async () => {
    const { server, call } = await elsewhere((host) => [host]);
    expect(await call()).toMatchObject({ kind: 'found' });
    const [request] = server.requests;
    expect(request?.headers.authorization).toBe(`Basic ${basic('me', 'secret-word').auth}`);
  });

  it.each([
    ['nothing is named', undefined],
    ['the same host with another port is', () => ['localhost:1']],
    ['the same host without its port is', () => ['localhost']],
  ])('is not asked where %s, and the message says what to write', async (_name, tokenHosts) => {
    const { registry, server, host, call } = await elsewhere(tokenHosts);
    await expect(call()).rejects.toMatchObject({
      code: 'REALM_FORBIDDEN',
      message: expect.stringContaining(`{host: "${registry.host}", tokenHosts: ["${host}"]}`),
    });
    expect(server.connections).toBe(0);
  });
});
