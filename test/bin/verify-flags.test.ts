import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../bin/cli-error.ts';
import { readVerifyFlags, type VerifyOptions } from '../../bin/verify-flags.ts';

const KEYLESS = {
  certificateIdentity: 'someone@example.com',
  certificateOidcIssuer: 'https://accounts.example.com',
} satisfies VerifyOptions;

describe('readVerifyFlags', () => {
  it('makes a key rule of --key, with cosign defaults', () => {
    expect(readVerifyFlags({ key: 'cosign.pub' })).toEqual({
      signer: { kind: 'key', path: 'cosign.pub', digestAlgorithm: 'sha256' },
      settings: {
        mode: 'cosign',
        unsafeIgnoreTransparencyLog: false,
        useSignedTimestamps: false,
        format: 'either',
        annotations: {},
      },
      warnings: [],
    });
  });

  it('takes a key of KMS as cosign names it', () => {
    expect(readVerifyFlags({ key: 'awskms://localhost:4566/alias/k' }).signer).toEqual({
      kind: 'kms',
      reference: {
        uri: 'awskms://localhost:4566/alias/k',
        endpoint: 'localhost:4566',
        keyId: 'alias/k',
      },
    });
  });

  it('makes a keyless rule of an identity and an issuer', () => {
    expect(readVerifyFlags(KEYLESS).signer).toEqual({
      kind: 'keyless',
      identity: { exact: 'someone@example.com' },
      issuer: { exact: 'https://accounts.example.com' },
    });
  });

  it('takes regular expressions and workflow claims as they are', () => {
    const { signer } = readVerifyFlags({
      certificateIdentityRegexp: 'acme/.+',
      certificateOidcIssuerRegexp: '^https://token',
      certificateGithubWorkflowRef: 'refs/heads/main',
      certificateGithubWorkflowRepository: 'acme/app',
    });
    expect(signer).toEqual({
      kind: 'keyless',
      identity: { regExp: 'acme/.+' },
      issuer: { regExp: '^https://token' },
      workflow: { ref: 'refs/heads/main', repository: 'acme/app' },
    });
  });

  it.each<[VerifyOptions, string]>([
    [{ newBundleFormat: true }, 'bundle'],
    [{ newBundleFormat: false }, 'legacy'],
    [{}, 'either'],
  ])('reads %j as the format %s', (flags, format) => {
    expect(readVerifyFlags({ key: 'k', ...flags }).settings.format).toBe(format);
  });

  it('reads annotations as Go reads a slice of strings', () => {
    const { settings } = readVerifyFlags({ key: 'k', annotations: ['a=1,b=x=y', 'c=', 'a=2'] });
    expect(settings.annotations).toEqual({ a: '2', b: 'x=y', c: '' });
  });

  it('ignores the log with --private-infrastructure, and says so', () => {
    const { settings, warnings } = readVerifyFlags({ key: 'k', privateInfrastructure: true });
    expect(settings.unsafeIgnoreTransparencyLog).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('--private-infrastructure')]);
  });

  it('warns that a certificate is judged by the current time', () => {
    const { warnings } = readVerifyFlags({ ...KEYLESS, insecureIgnoreTlog: true });
    expect(warnings).toEqual([expect.stringContaining('current time')]);
    const proven = { ...KEYLESS, insecureIgnoreTlog: true, useSignedTimestamps: true };
    expect(readVerifyFlags(proven).warnings).toEqual([]);
  });
});

describe('what readVerifyFlags refuses', () => {
  it.each<[string, VerifyOptions, string]>([
    ['nobody to have signed', {}, '--key FILE'],
    ['an identity of any issuer', { certificateIdentity: 'a' }, '--certificate-oidc-issuer'],
    ['an issuer of any identity', { certificateOidcIssuer: 'a' }, '--certificate-identity'],
    ['an empty identity, which matches all', { ...KEYLESS, certificateIdentity: '' }, '-identity'],
    ['a key and an identity', { key: 'k', certificateIdentity: 'a' }, '--certificate-identity'],
    ['a key and an issuer', { key: 'k', certificateOidcIssuer: 'a' }, '--certificate-oidc-issuer'],
    ['a key and a workflow', { key: 'k', certificateGithubWorkflowSha: 'a' }, 'workflow-sha'],
    ['two forms of identity', { ...KEYLESS, certificateIdentityRegexp: 'a' }, 'one of the two'],
    ['two forms of issuer', { ...KEYLESS, certificateOidcIssuerRegexp: 'a' }, 'one of the two'],
    ['look-ahead', { certificateIdentityRegexp: '(?=a)', certificateOidcIssuer: 'b' }, 'RE2'],
    ['a key at a URL', { key: 'https://example.com/k' }, 'https://'],
    ['a key in the environment', { key: 'env://KEY' }, 'env://'],
    ['a key of KMS without name', { key: 'awskms:///' }, 'awskms:///KEY'],
    ['a key of KMS in capitals', { key: 'AWSKMS:///alias/k' }, 'awskms:///KEY'],
    ['a key of KMS and an identity', { key: 'awskms:///alias/k', ...KEYLESS }, '-identity'],
    [
      'a key of KMS and its digest algorithm',
      { key: 'awskms:///alias/k', signatureDigestAlgorithm: 'sha256' },
      'as the key says which',
    ],
    ['an unknown digest algorithm', { key: 'k', signatureDigestAlgorithm: 'md5' }, 'sha256'],
    ['a digest algorithm without key', { ...KEYLESS, signatureDigestAlgorithm: 'sha512' }, '--key'],
    ['an annotation without value', { key: 'k', annotations: ['a'] }, 'key=value'],
    ['an annotation without name', { key: 'k', annotations: ['=a'] }, 'key=value'],
    ['a quoted annotation', { key: 'k', annotations: ['"a=b,c"'] }, 'quotes'],
    ['no workers', { key: 'k', maxWorkers: '0' }, 'at least 1'],
    ['to be online', { key: 'k', offline: false }, '--offline'],
  ])('%s', (_what, options, expected) => {
    expect(() => readVerifyFlags(options)).toThrow(UsageError);
    expect(() => readVerifyFlags(options)).toThrow(expected);
  });
});
