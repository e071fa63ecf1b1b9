import { describe, expect, it } from '@jest/globals';
import {
  credentialsFromDockerConfig,
  withCredential,
  withoutCredential,
} from '../../../lambda/adapters/registry/index.ts';

const ME = { username: 'me', password: 'pa:ss wörd' };
const OTHERS = {
  HttpHeaders: { a: 'b' },
  auths: {
    'quay.io': { auth: 'eDp5', email: 'x@example.com' },
    'ghcr.io/acme': { registrytoken: 'team' },
    'https://GHCR.io/v2/': {},
    'index.docker.io': { auth: 'eDp5' },
  },
};

describe('a credential in a docker config', () => {
  it('is found by whoever reads it', async () => {
    const config = withCredential(undefined, 'ghcr.io', ME);
    const found = await credentialsFromDockerConfig(config).find('ghcr.io', 'acme/app');
    expect(found).toEqual({ kind: 'password', ...ME });
  });

  it('is written into an empty file as into none', () => {
    expect(withCredential(' \n', 'ghcr.io', ME)).toBe(withCredential(undefined, 'ghcr.io', ME));
    expect(withoutCredential('', 'ghcr.io')).toBeUndefined();
  });

  it('replaces that of its host alone, under whatever name it was', () => {
    const config = JSON.parse(withCredential(JSON.stringify(OTHERS), 'docker.io', ME));
    const { 'index.docker.io': _, ...others } = OTHERS.auths;
    const auth = Buffer.from('me:pa:ss wörd').toString('base64');
    expect(config).toEqual({
      ...OTHERS,
      auths: { ...others, 'https://index.docker.io/v1/': { auth } },
    });
  });

  it('is taken out alone', () => {
    const without = withoutCredential(JSON.stringify(OTHERS), 'quay.io') ?? '';
    const { 'quay.io': _, ...others } = OTHERS.auths;
    expect(JSON.parse(without)).toEqual({ ...OTHERS, auths: others });
    expect(withoutCredential(JSON.stringify(OTHERS), 'gcr.io')).toBeUndefined();
    expect(withoutCredential('{}', 'gcr.io')).toBeUndefined();
  });

  it.each([
    [{ credsStore: 'desktop' }, 'credsStore desktop'],
    [{ credHelpers: { 'ghcr.io': 'gh' } }, 'the credential helper of ghcr.io'],
  ])('is not written where a helper keeps it: %j', (config, what) => {
    expect(() => withCredential(JSON.stringify(config), 'ghcr.io', ME)).toThrow(
      `keeps the credentials of ghcr.io with ${what}, which is never run`,
    );
  });

  it('is written beside the helper of another host', () => {
    const config = { credHelpers: { 'gcr.io': 'gcloud' }, credsStore: '' };
    expect(JSON.parse(withCredential(JSON.stringify(config), 'ghcr.io', ME))).toMatchObject(config);
  });

  it.each(['{"auths": {"ghcr.io": {"auth": "secret-', '[]', '"secret"', '{"auths": 7}'])(
    'is not written into what is no config, nor is that shown: %s',
    (text) => {
      const write = () => withCredential(text, 'ghcr.io', ME);
      expect(write).toThrow('invalid docker config');
      expect(write).not.toThrow('secret');
      expect(() => withoutCredential(text, 'ghcr.io')).toThrow('invalid docker config');
    },
  );
});
