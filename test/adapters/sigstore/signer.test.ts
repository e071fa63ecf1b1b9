import { describe, expect, it } from '@jest/globals';
import type { CertificateClaims } from '../../../lambda/adapters/sigstore/certificate.ts';
import { keylessSigner, keySigner } from '../../../lambda/adapters/sigstore/signer.ts';
import { GITHUB } from './policies.ts';

const BASE = 'https://github.com/acme/app/.github/workflows/release.yml';

function signerId(
  uri: string,
  changes: Partial<CertificateClaims> = {},
  root = 'public-good',
): string {
  const identity = { type: uri.includes('://') ? 'uri' : 'email', value: uri } as const;
  const workflow = {
    trigger: undefined,
    sha: undefined,
    name: undefined,
    repository: undefined,
    ref: undefined,
  };
  const claims = { identity, names: [identity], issuer: GITHUB, workflow, ...changes };
  return keylessSigner(claims, identity, root).id;
}

describe('the same signer', () => {
  it('is one workflow on any tag', () => {
    expect(signerId(`${BASE}@refs/tags/v1`)).toBe(signerId(`${BASE}@refs/tags/v2`));
  });

  it('is a person with one address', () => {
    expect(signerId('a@example.com')).toBe(signerId('a@example.com'));
  });
});

describe('another signer', () => {
  const mine = signerId(`${BASE}@refs/tags/v1`);

  it.each([
    ['the workflow on a branch', signerId(`${BASE}@refs/heads/main`)],
    ['the workflow on a pull request', signerId(`${BASE}@refs/pull/1/merge`)],
    ['another workflow', signerId(`${BASE.replace('release', 'test')}@refs/tags/v1`)],
    ['another issuer', signerId(`${BASE}@refs/tags/v1`, { issuer: 'https://evil.example' })],
    ['another trusted root', signerId(`${BASE}@refs/tags/v1`, {}, 'private')],
    [
      'a repository of that name with another owner',
      signerId(`${BASE}@refs/tags/v1`, { ownerId: '2' }),
    ],
    [
      'another source repository',
      signerId(`${BASE}@refs/tags/v1`, { sourceRepository: 'https://github.com/fork/app' }),
    ],
    ['a person', signerId('a@example.com')],
    ['a key', keySigner('sha256:00').id],
  ])('is %s', (...[, id]) => {
    expect(id).not.toBe(mine);
  });
});
