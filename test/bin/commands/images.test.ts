import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Fault,
  loadCaptured,
  type RegistryDouble,
  startRegistry,
} from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const INDEX = 'sha256:2b70e1e074360bacab2eb41dd80e924cca3a55473d150ba9e5d95c19ee01a9fd';
const AMD64 = 'sha256:dc071b2ca186491090236bf850b74b86bccd0684e4b3cd770eede0ff4f8bae73';
const OURS = '--key cosign.pub --insecure-ignore-tlog';
const OTHER = '--key other.pub --insecure-ignore-tlog';
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const KEYLESS = `--trusted-root keyless-trusted_root.json --certificate-oidc-issuer ${ISSUER}`;
const USER = { username: 'me', password: 'correct-horse' };

const shell = new Shell();
let registry: RegistryDouble;
let locked: RegistryDouble;
beforeAll(async () => {
  registry = await startRegistry();
  locked = await startRegistry({ auth: 'token', users: [USER] });
  const images = ['api-bundle', 'api-legacy', 'api-legacy-recursive', 'keyless-v1-bundle'];
  for (const name of [...images, 'api-attest-bundle', 'keytype-ed25519-bundle']) {
    loadCaptured(registry, name, join(FIXTURES, name));
  }
  loadCaptured(locked, 'api-bundle', join(FIXTURES, 'api-bundle'));
  const files = ['cosign.pub', 'other.pub', 'keytype-ed25519.pub', 'keyless-trusted_root.json'];
  for (const name of files) copyFileSync(join(FIXTURES, name), join(shell.folder, name));
});
afterAll(async () => {
  await registry.close();
  await locked.close();
  shell.remove();
});

const faults: (() => void)[] = [];
afterEach(() => {
  for (const remove of faults.splice(0)) remove();
});
const spoil = (fault: Fault) => faults.push(registry.faults.add(fault));
const ref = (name: string) => `${registry.host}/${name}`;

describe('digest', () => {
  it('prints the digest and nothing else', async () => {
    const ran = await shell.run(`digest ${ref('api-bundle:v1')}`);
    expect(ran).toEqual({ exit: 0, stdout: `${INDEX}\n`, stderr: '' });
  });

  it('asks with GET where HEAD names no digest', async () => {
    spoil({ method: 'HEAD', headers: { 'docker-content-digest': undefined } });
    expect(await shell.run(`digest ${ref('api-bundle:v1')}`)).toMatchObject({ exit: 0 });
  });

  it('exits with 1 for a tag that is not there', async () => {
    const ran = await shell.run(`digest ${ref('api-bundle:nope')}`);
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain('not found');
  });

  it.each<[string, Fault]>([
    ['a 500', { status: 500, body: '' }],
    ['a 404 that no registry wrote', { status: 404, body: '<html>', headers: {} }],
  ])('exits with 75 for %s, which proves nothing', async (_what, fault) => {
    spoil(fault);
    const ran = await shell.run(`digest ${ref('api-bundle:v1')}`);
    expect(ran).toMatchObject({ exit: 75, stdout: '' });
  });

  it('exits with 75 where nobody answers, and names the host', async () => {
    const ran = await shell.run('digest 127.0.0.1:1/a/b:c');
    expect(ran.exit).toBe(75);
    expect(ran.stderr).toContain('127.0.0.1:1');
  });
});

describe('a registry that wants to know who asks', () => {
  const digest = (flags = '') => shell.run(`digest ${flags} ${locked.host}/api-bundle:v1`);

  it('exits with 77 without a credential', async () => {
    expect(await digest()).toMatchObject({ exit: 77, stdout: '' });
  });

  it('takes --registry-username and --registry-password', async () => {
    const flags = `--registry-username ${USER.username} --registry-password ${USER.password}`;
    expect(await digest(flags)).toMatchObject({ exit: 0, stdout: `${INDEX}\n` });
  });

  it("takes docker's config.json", async () => {
    writeDockerConfig({ auths: { [locked.host]: { auth: basic(USER) } } });
    expect(await digest()).toMatchObject({ exit: 0 });
  });

  it('never sends the credential of one registry to another', async () => {
    writeDockerConfig({ auths: { [registry.host]: { auth: basic(USER) } } });
    expect(await digest()).toMatchObject({ exit: 77 });
  });

  it('says which credential was passed over, and no secret', async () => {
    writeDockerConfig({ credHelpers: { [locked.host]: 'evil-program' } });
    const { stderr } = await digest();
    expect(stderr).toContain(`the credential helper of ${locked.host}`);
    expect(stderr).not.toContain(USER.password);
  });

  function writeDockerConfig(config: object): void {
    mkdirSync(join(shell.folder, '.docker'), { recursive: true });
    writeFileSync(join(shell.folder, '.docker/config.json'), JSON.stringify(config));
  }

  function basic({ username, password }: typeof USER): string {
    return Buffer.from(`${username}:${password}`).toString('base64');
  }
});

describe('verify', () => {
  it.each([
    ['api-bundle:v1', OURS, 0, 'verified'],
    [`api-bundle@${INDEX}`, OURS, 0, 'verified'],
    ['api-legacy:v1', OURS, 0, 'verified'],
    ['api-legacy:v1', OTHER, 12, 'rejected'],
    ['api-legacy:v1', '--key cosign.pub --insecure-ignore-tlog=false', 12, 'rejected'],
    ['api-legacy:v1-amd64', OURS, 10, 'unsigned'],
    ['api-legacy:v1', `${OURS} --platform linux/amd64`, 10, 'unsigned'],
    ['api-legacy-recursive:v1', `${OURS} --platform linux/amd64`, 0, 'verified'],
    ['keyless-v1-bundle:v1', `${KEYLESS} --certificate-identity ${IDENTITY}`, 0, 'verified'],
    ['keyless-v1-bundle:v1', `${KEYLESS} --certificate-identity ${IDENTITY}x`, 1, 'rejected'],
    ['api-attest-bundle:v1', OURS, 0, 'verified'],
    ['api-attest-bundle:v1', `${OURS} --mode signature`, 1, 'unsigned'],
    [
      'keytype-ed25519-bundle:v1',
      '--key keytype-ed25519.pub --insecure-ignore-tlog',
      1,
      'rejected',
    ],
  ])('%s %s: %i', async (image, flags, exit, verdict) => {
    const ran = await shell.run(`verify ${flags} ${ref(image)}`);
    expect(ran).toMatchObject({ exit, stdout: expect.stringMatching(`^${verdict} `) });
  });

  it('prints a document that scripts can rely on', async () => {
    const found = await shell.json(`verify ${OURS} ${ref('api-legacy:v1')}`);
    expect(found).toEqual({
      reference: ref('api-legacy:v1'),
      digest: INDEX,
      verdict: 'verified',
      reason: null,
      cosignExit: 0,
      findings: [expect.objectContaining({ code: 'key-without-transparency-log' })],
      candidates: [
        {
          outcome: 'match',
          kind: 'key',
          keyId: expect.stringMatching(/^sha256:/),
          format: 'legacy',
        },
      ],
    });
  });

  it('says of a refusal what was seen and what was wanted', async () => {
    const flags = `${KEYLESS} --certificate-identity ${IDENTITY}x`;
    const { stdout } = await shell.run(`verify ${flags} ${ref('keyless-v1-bundle:v1')}`);
    expect(stdout).toContain(`wanted       ${IDENTITY}x, issuer ${ISSUER}\n`);
    expect(stdout).toContain(
      `found        other: ${IDENTITY}, issuer ${ISSUER}, bundle in sha256:`,
    );
  });

  it('exits with 11 for a tag that is not there, with a document too', async () => {
    const ran = await shell.run(`verify -o json ${OURS} ${ref('api-bundle:nope')}`);
    expect(ran.exit).toBe(11);
    expect(JSON.parse(ran.stdout)).toMatchObject({ digest: null, verdict: null, cosignExit: 11 });
  });

  it('exits with 75 when it could not look everywhere, whatever it found', async () => {
    spoil({ path: /\/referrers\//, status: 503, body: '' });
    spoil({ path: /\/manifests\/sha256-/, status: 503, body: '' });
    const ran = await shell.run(`verify ${OURS} ${ref('api-legacy:v1')}`);
    expect(ran).toMatchObject({ exit: 75, stdout: expect.stringMatching('^inconclusive ') });
  });

  it('says in its document, too, why it could not', async () => {
    spoil({ path: /\/referrers\//, status: 200, body: 'not JSON' });
    const { stdout } = await shell.run(`verify -o json ${OURS} ${ref('api-bundle:v1')}`);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'inconclusive',
      detail: expect.stringContaining('the listing is'),
    });
  });

  it('knows the platforms of an index', async () => {
    const ran = await shell.run(`verify ${OURS} --platform plan9/mips ${ref('api-bundle:v1')}`);
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toContain('linux/amd64, linux/arm64');
  });

  it.each([
    ['--key nope.pub', 66],
    ['--key keyless-trusted_root.json', 65],
    ['--key cosign.pub --trusted-root cosign.pub', 65],
  ])('%s: %i', async (flags, exit) => {
    const ran = await shell.run(`verify ${flags} ${ref('api-bundle:v1')}`);
    expect(ran).toMatchObject({ exit, stdout: '' });
  });
});

describe('verify --policy', () => {
  beforeAll(() => {
    writeFileSync(join(shell.folder, 'watchlist.yaml'), WATCHLIST);
  });

  it.each([
    ['release', 'keyless-v1-bundle:v1', 0],
    ['release', 'api-attest-bundle:v1', 1],
    ['ours', 'api-legacy:v1', 0],
    ['ours', 'api-attest-bundle:v1', 1],
  ])('%s of %s: %i', async (policy, image, exit) => {
    expect(await shell.run(`verify --policy ${policy} ${ref(image)}`)).toMatchObject({ exit });
  });

  it('names the policies that there are', async () => {
    const ran = await shell.run(`verify --policy nope ${ref('api-bundle:v1')}`);
    expect(ran.exit).toBe(64);
    expect(ran.stderr).toContain('release, ours');
  });

  const WATCHLIST = `version: 1
policies:
  release:
    trustRoot: keyless-trusted_root.json
    signedBy: [{identity: '${IDENTITY}', issuer: '${ISSUER}'}]
  ours: {unsafeIgnoreTransparencyLog: true, signedBy: [{key: cosign.pub}]}
watch: []
`;
});

describe('tree', () => {
  it('shows what is attached', async () => {
    const { exit, stdout } = await shell.run(`tree ${ref('api-legacy:v1')}`);
    expect(exit).toBe(0);
    expect(stdout).toContain(`${ref('api-legacy:v1')}\n└── cosign-signature: `);
    expect(stdout).toContain(`${INDEX.replace(':', '-')}.sig`);
  });

  it('shows that nothing is', async () => {
    const { exit, stdout } = await shell.run(`tree ${ref(`api-legacy@${AMD64}`)}`);
    expect(exit).toBe(0);
    expect(stdout).toContain('nothing is attached');
  });

  it('is not mistaken for the whole when something could not be read', async () => {
    spoil({ path: /\.sig$/, status: 503, body: '' });
    const { exit, stderr } = await shell.run(`tree ${ref('api-legacy:v1')}`);
    expect(exit).toBe(75);
    expect(stderr).toContain('not complete');
  });
});
