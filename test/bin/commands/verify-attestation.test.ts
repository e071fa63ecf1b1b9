import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadCaptured, type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const OURS = '--key cosign.pub --insecure-ignore-tlog';
const KEYLESS =
  '--trusted-root keyless-trusted_root.json ' +
  '--certificate-oidc-issuer https://token.actions.githubusercontent.com ' +
  '--certificate-identity https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';

const shell = new Shell();
let registry: RegistryDouble;
beforeAll(async () => {
  registry = await startRegistry();
  for (const name of [
    'api-attest-bundle',
    'api-attest-legacy',
    'api-bundle',
    'keyless-v1-attest',
  ]) {
    loadCaptured(registry, name, join(FIXTURES, name));
  }
  for (const name of ['cosign.pub', 'other.pub', 'keyless-trusted_root.json']) {
    copyFileSync(join(FIXTURES, name), join(shell.folder, name));
  }
});
afterAll(async () => {
  await registry.close();
  shell.remove();
});

const verify = (flags: string, image: string) =>
  shell.run(`verify-attestation ${flags} ${registry.host}/${image}:v1`);

describe('verify-attestation', () => {
  it.each([
    ['api-attest-bundle', OURS, 0, 'verified'],
    ['api-attest-legacy', OURS, 0, 'verified'],
    ['api-attest-bundle', `${OURS} --type custom`, 0, 'verified'],
    ['api-attest-bundle', `${OURS} --type spdx`, 1, 'unsigned'],
    ['api-attest-legacy', `${OURS} --type https://example.com/own`, 1, 'unsigned'],
    ['api-attest-bundle', `${OURS} --key other.pub`, 1, 'rejected'],
    ['api-attest-bundle', '--key cosign.pub', 1, 'rejected'],
    ['api-bundle', OURS, 1, 'unsigned'],
    ['keyless-v1-attest', KEYLESS, 0, 'verified'],
    ['keyless-v1-attest', `${KEYLESS}-evil`, 1, 'rejected'],
  ])('%s %s: %i', async (image, flags, exit, verdict) => {
    const ran = await verify(flags, image);
    expect(ran).toMatchObject({ exit, stdout: expect.stringMatching(`^${verdict} `) });
  });

  it('says what type was wanted, and what was found', async () => {
    const { stdout } = await verify(`${OURS} --type spdx`, 'api-attest-bundle');
    expect(stdout).toContain('wanted       an attestation of type https://spdx.dev/Document\n');
    expect(stdout).toMatch(/wanted {7}key sha256:[0-9a-f]{64} \(cosign\.pub\)\n/);
    expect(stdout).toContain(
      'verified, and of type "https://cosign.sigstore.dev/attestation/v1"; wanted type "https://spdx.dev/Document"',
    );
  });

  it('prints the document of verify', async () => {
    const image = `${registry.host}/api-attest-bundle:v1`;
    const found = await shell.json(`verify-attestation ${OURS} ${image}`);
    expect(found).toMatchObject({
      reference: image,
      verdict: 'verified',
      reason: null,
      cosignExit: 0,
      findings: [{ code: 'key-without-transparency-log' }],
      candidates: [
        { outcome: 'match', predicateType: 'https://cosign.sigstore.dev/attestation/v1' },
        { outcome: 'other', predicateType: 'https://slsa.dev/provenance/v1' },
      ],
    });
  });

  it('exits with 1 for a tag that is not there, as cosign', async () => {
    const image = `${registry.host}/api-attest-bundle:nope`;
    const ran = await shell.run(`verify-attestation -o json ${OURS} ${image}`);
    expect(ran.exit).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ digest: null, verdict: null, cosignExit: 1 });
  });

  it.each([
    ['a slip in the type', `${OURS} --type slsaprovenence`, 'slsaprovenance1'],
    ['a policy of CUE', `${OURS} --policy a.cue`, '"where" of a policy'],
    ['annotations, which cosign has not here', `${OURS} -a a=b`, "unknown option '-a'"],
    ['nobody', '', '--key FILE'],
    ['a key and an identity', `${OURS} --certificate-identity a`, 'one of the two'],
    ['a certificate', `${OURS} --certificate a.pem`, '--trusted-root'],
  ])('refuses %s with 64', async (_what, flags, expected) => {
    const ran = await verify(flags, 'api-attest-bundle');
    expect(ran).toMatchObject({ exit: 64, stdout: '' });
    expect(ran.stderr).toContain(expected);
  });

  it('refuses several images', async () => {
    const ran = await shell.run(`verify-attestation ${OURS} a b`);
    expect(ran.exit).toBe(64);
    expect(ran.stderr).toContain('run verify-attestation for each');
  });
});
