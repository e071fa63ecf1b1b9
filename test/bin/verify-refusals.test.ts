import { afterAll, describe, expect, it } from '@jest/globals';
import { refusedEnvironment, VERIFY_REFUSALS } from '../../bin/verify-refusals.ts';
import { Shell } from './support.ts';

/** Every flag of `cosign verify` 3.1.3, the hidden ones and the aliases included. */
const COSIGN_FLAGS =
  `allow-certificate-chain allow-http-registry allow-insecure-registry annotations
  attachment attachment-tag-prefix ca-intermediates ca-roots cert cert-chain cert-identity
  cert-oidc-issuer certificate certificate-chain certificate-github-workflow-name
  certificate-github-workflow-ref certificate-github-workflow-repository
  certificate-github-workflow-sha certificate-github-workflow-trigger certificate-identity
  certificate-identity-regexp certificate-oidc-issuer certificate-oidc-issuer-regexp check-claims
  experimental-oci11 insecure-ignore-sct insecure-ignore-tlog k8s-keychain key local-image
  max-workers new-bundle-format offline output output-file payload private-infrastructure
  registry-cacert registry-client-cert registry-client-key registry-password registry-server-name
  registry-token registry-username rekor-url sct signature signature-digest-algorithm sk slot
  timeout timestamp-certificate-chain trusted-root use-signed-timestamps verbose`.split(/\s+/);

const shell = new Shell();
afterAll(() => shell.remove());

describe('flags of cosign that are not taken', () => {
  it.each(VERIFY_REFUSALS)('$flag exits with 64 and says: $instead', async ({ flag, instead }) => {
    const long = /--[\w-]+/.exec(flag)?.[0];
    const ran = await shell.run(`verify --key k ${long}=true alpine`);
    expect(ran).toMatchObject({ exit: 64, stdout: '' });
    expect(ran.stderr).toContain(`${long}`);
    expect(ran.stderr).toContain(instead);
    expect(ran.stderr).toContain('usage: tagwarden verify');
  });

  it.each(['-t 5m', '-d', '--sk', '--check-claims'])('%s too', async (flag) => {
    const ran = await shell.run(`verify --key k ${flag} alpine`);
    expect(ran.exit).toBe(64);
    expect(ran.stderr).toContain("cosign's");
  });
});

describe('every flag of cosign', () => {
  it.each(COSIGN_FLAGS)('--%s is known: taken, or refused by name', async (flag) => {
    const { exit, stderr } = await shell.run(`verify --${flag}=no-such-thing alpine`);
    expect([64, 66]).toContain(exit);
    expect(stderr).not.toContain('unknown option');
  });
});

describe('refusedEnvironment', () => {
  it.each([
    'COSIGN_REPOSITORY',
    'SIGSTORE_ROOT_FILE',
    'SIGSTORE_REKOR_PUBLIC_KEY',
    'SIGSTORE_CT_LOG_PUBLIC_KEY_FILE',
    'SIGSTORE_TSA_CERTIFICATE_FILE',
    'TUF_ROOT',
    'TUF_MIRROR',
    'COSIGN_CERTIFICATE_IDENTITY',
    'COSIGN_INSECURE_IGNORE_TLOG',
    'COSIGN_CHECK_CLAIMS',
    'COSIGN_ATTACHMENT',
  ])('names %s', async (name) => {
    expect(refusedEnvironment({ [name]: 'x' })?.name).toBe(name);
    const ran = await shell.run('verify --key k alpine', { env: { [name]: 'x' } });
    expect(ran.exit).toBe(64);
    expect(ran.stderr).toContain(name);
  });

  it('lets a flag that is given go before its variable, as cosign does', () => {
    const env = { COSIGN_KEY: 'x', COSIGN_TRUSTED_ROOT: 'y' };
    expect(refusedEnvironment(env, ['trustedRoot'])).toEqual({
      name: 'COSIGN_KEY',
      instead: 'give --key itself',
    });
    expect(refusedEnvironment(env, ['key', 'trustedRoot'])).toBeUndefined();
    expect(refusedEnvironment({ COSIGN_REPOSITORY: 'x' }, ['repository'])).toBeDefined();
  });

  it('has nothing against a token for signing, or an empty variable', () => {
    expect(
      refusedEnvironment({ SIGSTORE_ID_TOKEN: 'x', TUF_ROOT: '', PATH: '/bin' }),
    ).toBeUndefined();
  });
});
