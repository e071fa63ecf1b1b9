import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { derOf, KmsDouble } from '../../support/kms/index.ts';
import { loadCaptured, type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const [OURS, OTHERS] = ['cosign.pub', 'keytype-p256.pub'].map((name) =>
  derOf(readFileSync(join(FIXTURES, name), 'utf8')),
) as [Buffer, Buffer];

const shell = new Shell();
let registry: RegistryDouble;
let kms: KmsDouble;
beforeAll(async () => {
  [registry, kms] = await Promise.all([startRegistry(), KmsDouble.start()]);
  for (const name of ['api-bundle', 'api-attest-legacy']) {
    loadCaptured(registry, name, join(FIXTURES, name));
  }
  copyFileSync(join(FIXTURES, 'cosign.pub'), join(shell.folder, 'cosign.pub'));
});
beforeEach(() => {
  kms.keys.clear();
  kms.keys.set('alias/ours', { publicKey: OURS });
  kms.keys.set('alias/others', { publicKey: OTHERS });
});
afterAll(async () => {
  await Promise.all([registry.close(), kms.close()]);
  shell.remove();
});

const signed = () => `${registry.host}/api-bundle:v1`;

describe('--key awskms://…', () => {
  const verify = (key: string, flags = '') =>
    shell.run(`verify --key ${kms.uri(key)} --insecure-ignore-tlog ${flags} ${signed()}`);

  it('verifies with the key that KMS gives', async () => {
    const ran = await verify('alias/ours');
    expect(ran).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^verified /) });
  });

  it('refuses what another key signed, and names the one that was wanted', async () => {
    const ran = await verify('alias/others');
    expect(ran).toMatchObject({ exit: 1, stdout: expect.stringMatching(/^rejected /) });
    expect(ran.stdout).toContain(`(${kms.uri('alias/others')})`);
  });

  it('verifies attestations with it', async () => {
    const image = `${registry.host}/api-attest-legacy:v1`;
    const flags = `--key ${kms.uri('alias/ours')} --insecure-ignore-tlog`;
    expect(await shell.run(`verify-attestation ${flags} ${image}`)).toMatchObject({ exit: 0 });
  });

  it.each([
    ['AccessDeniedException', 77, 'expected kms:GetPublicKey on this key'],
    ['ExpiredTokenException', 77, 'sign in again'],
    ['NotFoundException', 65, 'found no key of that name in this account and region'],
    ['DisabledException', 65, 'found a disabled key'],
    ['KMSInternalException', 75, 'not now'],
  ])('is refused when KMS says %s', async (refused, exit, expected) => {
    kms.keys.set('alias/ours', { refused, says: 'not now' });
    const ran = await verify('alias/ours');
    expect(ran).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(expected) });
  });

  it.each([
    ['for encryption', { usage: 'ENCRYPT_DECRYPT' }, 'found a key for ENCRYPT_DECRYPT'],
    ['of an unknown kind', { algorithms: ['SM2DSA'] }, 'signs with SM2DSA'],
    ['that is no key', { publicKey: Buffer.from('no') }, 'not a public key'],
  ])('is refused when it is one %s', async (_what, key, expected) => {
    kms.keys.set('alias/ours', { publicKey: OURS, ...key });
    const ran = await verify('alias/ours');
    expect(ran).toMatchObject({ exit: 65, stdout: '', stderr: expect.stringContaining(expected) });
  });
});

describe('a watch list with a key of KMS', () => {
  function write(key: string): void {
    const policy = `p: {signedBy: [{key: "${key}"}], unsafeIgnoreTransparencyLog: true}`;
    const watch = `{image: "${signed()}", policy: p}`;
    const text = `version: 1\npolicies: {${policy}}\nwatch: [${watch}]\n`;
    writeFileSync(join(shell.folder, 'watchlist.yaml'), text);
  }

  it('is valid, and validating it asks nobody', async () => {
    write(kms.uri('alias/gone'));
    const before = kms.calls.length;
    const ran = await shell.run('validate');
    expect(ran).toMatchObject({ exit: 0, stderr: expect.stringContaining('a key of KMS') });
    expect(kms.calls).toHaveLength(before);
  });

  it('judges by the key that KMS gives', async () => {
    write(kms.uri('alias/ours'));
    expect(await shell.run(`verify --policy p ${signed()}`)).toMatchObject({ exit: 0 });
    write(kms.uri('alias/others'));
    expect(await shell.run(`verify --policy p ${signed()}`)).toMatchObject({ exit: 1 });
  });

  it('is asked about once, whatever names it', async () => {
    write(kms.uri('alias/ours'));
    const before = kms.calls.length;
    await shell.run(`verify --policy p ${signed()}`);
    expect(kms.calls).toHaveLength(before + 1);
  });

  it('is not used at all when KMS has none of that name', async () => {
    write(kms.uri('alias/gone'));
    const ran = await shell.run('check');
    expect(ran).toMatchObject({ exit: 65, stdout: '' });
    expect(ran.stderr).toContain('found no key of that name in this account and region');
    expect(ran.stderr).toContain('1 problem in watchlist.yaml: nothing was used of it');
  });

  it('is not used when KMS does not say', async () => {
    kms.keys.set('alias/ours', { refused: 'AccessDeniedException', says: 'you may not' });
    write(kms.uri('alias/ours'));
    expect(await shell.run('apply')).toMatchObject({
      exit: 77,
      stderr: expect.stringContaining('you may not'),
    });
  });

  it('has changed once the alias has moved', async () => {
    write(kms.uri('alias/ours'));
    expect(await shell.run('apply')).toMatchObject({ exit: 0 });
    expect(await shell.run('diff --exit-code')).toMatchObject({ exit: 0 });
    kms.keys.set('alias/ours', { publicKey: OTHERS });
    const changed = await shell.run('diff --exit-code');
    expect(changed).toMatchObject({ exit: 1, stdout: expect.stringContaining('1 to change') });
  });
});
