import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lambda/domain/digest.ts';
import {
  type Fault,
  loadCaptured,
  pushImage,
  type RegistryDouble,
  startRegistry,
} from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const OURS = 'verify --key cosign.pub --insecure-ignore-tlog';
const KEYLESS = `verify --trusted-root keyless-trusted_root.json --certificate-oidc-issuer ${ISSUER} --certificate-identity ${IDENTITY}`;
const ATTESTED = 'verify-attestation --key cosign.pub --insecure-ignore-tlog --type custom';
const USER = { username: 'me', password: 'correct-horse' };

const shell = new Shell();
/** Where the registry, the keys and the roots are not. */
const elsewhere = new Shell();
let registry: RegistryDouble;
let locked: RegistryDouble;
beforeAll(async () => {
  registry = await startRegistry({ referrers: true });
  locked = await startRegistry({ referrers: true, auth: 'token', users: [USER] });
  const images = ['olareg-bundle', 'api-legacy', 'keyless-v1-bundle', 'keyless-v2-bundle'];
  for (const name of [...images, 'api-attest-bundle', 'api-attest-legacy', 'keyless-v1-legacy']) {
    loadCaptured(registry, name, join(FIXTURES, name));
  }
  loadCaptured(locked, 'olareg-bundle', join(FIXTURES, 'olareg-bundle'));
  pushImage(registry, 'unsigned', 'v1', { content: 'nobody signed this' });
  for (const name of ['cosign.pub', 'other.pub', 'keyless-trusted_root.json']) {
    copyFileSync(join(FIXTURES, name), join(shell.folder, name));
  }
});
afterAll(async () => {
  await Promise.all([registry.close(), locked.close()]);
  shell.remove();
  elsewhere.remove();
});

const faults: (() => void)[] = [];
afterEach(() => {
  for (const remove of faults.splice(0)) remove();
});
const spoil = (fault: Fault) => faults.push(registry.faults.add(fault));

interface Said {
  readonly verdict: string;
  readonly evidence: { readonly folder: string; readonly root: string };
  readonly recorded: { readonly same: boolean };
}

let folders = 0;
async function record(
  line: string,
  image: string,
): Promise<{ exit: number; said: Said; name: string }> {
  folders += 1;
  const name = `evidence-${folders}`;
  const ran = await shell.run(`-o json ${line} --evidence ${name} ${image}`);
  return { exit: ran.exit, said: JSON.parse(ran.stdout), name };
}

/** In another place, from a copy of the folder; any request would be the test's failure. */
async function reach(name: string, root: string): Promise<{ exit: number; said: Said }> {
  cpSync(join(shell.folder, name), join(elsewhere.folder, name), { recursive: true });
  const asked = registry.requests.length;
  const ran = await elsewhere.run(`-o json verify-evidence ${name} --root ${root}`);
  expect(registry.requests.length).toBe(asked);
  return { exit: ran.exit, said: JSON.parse(ran.stdout) };
}

const everywhere: Fault = { path: /\/(?:referrers|manifests\/sha256-)/ };

describe('evidence of a verdict', () => {
  it.each<[verdict: string, line: string, image: string, exit: number, fault?: Fault]>([
    ['verified', KEYLESS, 'keyless-v1-bundle:v1', 0],
    ['verified', KEYLESS, 'keyless-v2-bundle:v1', 0],
    ['verified', `${KEYLESS} --mode signature`, 'keyless-v1-legacy:v1', 0],
    ['verified', OURS, 'olareg-bundle:v1', 0],
    ['verified', OURS, 'api-legacy:v1', 0],
    ['verified', ATTESTED, 'api-attest-bundle:v1', 0],
    ['verified', ATTESTED, 'api-attest-legacy:v1', 0],
    ['rejected', OURS.replace('cosign.pub', 'other.pub'), 'olareg-bundle:v1', 1],
    ['rejected', OURS.replace('cosign.pub', 'other.pub'), 'api-legacy:v1', 12],
    ['rejected', KEYLESS.replace('refs/heads/main', 'refs/heads/other'), 'keyless-v1-bundle:v1', 1],
    ['unsigned', OURS, 'unsigned:v1', 10],
    ['inconclusive', OURS, 'olareg-bundle:v1', 75, { ...everywhere, status: 500, body: '' }],
    ['inconclusive', OURS, 'olareg-bundle:v1', 75, { ...everywhere, status: 403, body: '{}' }],
    ['inconclusive', OURS, 'olareg-bundle:v1', 75, { ...everywhere, status: 429, body: '' }],
    ['inconclusive', OURS, 'olareg-bundle:v1', 75, { path: /\/blobs\//, body: 'other bytes' }],
  ])('is enough to reach it again: %s, %s, %s', async (...[verdict, line, image, exit, fault]) => {
    if (fault !== undefined) spoil(fault);
    const recorded = await record(line, `${registry.host}/${image}`);
    expect(recorded).toMatchObject({ exit, said: { verdict } });
    const { folder, root, ...rest } = { ...recorded.said.evidence, name: recorded.name };
    expect(folder).toBe(join(shell.folder, rest.name));
    const again = await reach(rest.name, root);
    const { evidence: _, ...before } = recorded.said;
    const { recorded: then, ...after } = again.said;
    expect(after).toEqual(before);
    expect(then).toMatchObject({ verdict, same: true });
    expect(again.exit).toBe(exit);
  });

  it('has the image itself, the answers as they came, and the keys', async () => {
    const { name } = await record(KEYLESS, `${registry.host}/keyless-v1-bundle:v1`);
    const document = JSON.parse(readFileSync(join(shell.folder, name, 'evidence.json'), 'utf8'));
    expect(document).toMatchObject({
      reference: `${registry.host}/keyless-v1-bundle:v1`,
      tool: expect.stringMatching(/^tagwarden \d/),
      verification: { verdict: 'verified', verifier: expect.stringContaining('@sigstore/verify') },
      policy: { signedBy: [{ kind: 'keyless', identity: { exact: IDENTITY } }] },
    });
    expect(document.files[document.digest.slice('sha256:'.length)]).toBeGreaterThan(0);
    const listing = document.exchanges.find(({ url }: { url: string }) =>
      url.includes('referrers'),
    );
    expect(listing).toMatchObject({
      method: 'GET',
      status: 200,
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
    });
    expect(document.files).toHaveProperty(listing.file);
    const absent = document.exchanges.find(({ url }: { url: string }) => url.endsWith('.sig'));
    expect(absent ?? { status: 404 }).toMatchObject({ status: 404 });
  });

  it('also of an image that was given by its digest', async () => {
    const digest = registry.store.repository('olareg-bundle').tags.get('v1');
    const { name, said } = await record(OURS, `${registry.host}/olareg-bundle@${digest}`);
    const names = readdirSync(join(shell.folder, name, 'bytes'));
    expect(names).toContain(String(digest).slice('sha256:'.length));
    expect((await reach(name, said.evidence.root)).exit).toBe(0);
  });

  it('has no credentials and no cookies, even where a registry repeats them', async () => {
    const basic = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
    const stop = locked.faults.add({
      path: /\/(?:manifests|referrers|blobs)\//,
      answer: (request, own) => ({
        ...own,
        headers: {
          ...own.headers,
          'set-cookie': 'session=cookie-secret',
          etag: String(request.headers.authorization ?? 'none'),
          link: `</v2/x?signature=link-secret>; rel="other"`,
        },
      }),
    });
    const access = `--registry-username ${USER.username} --registry-password ${USER.password}`;
    const { name, exit } = await record(`${OURS} ${access}`, `${locked.host}/olareg-bundle:v1`);
    stop();
    expect(exit).toBe(0);
    const folder = join(shell.folder, name);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const text = files
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
      .join('\n');
    const tokens = locked.requests
      .map(({ headers }) => String(headers.authorization ?? '').replace(/^\w+ /, ''))
      .filter((token) => token !== '');
    expect(tokens.length).toBeGreaterThan(0);
    for (const secret of [USER.password, basic, 'cookie-secret', 'link-secret', ...tokens]) {
      expect(text.includes(secret)).toBe(false);
    }
  });

  it('is not kept where a registry writes credentials into what it serves', async () => {
    const stop = locked.faults.add({
      path: /\/referrers\//,
      answer: (request, own) => {
        const listing = JSON.parse(Buffer.from(own.body ?? '{}').toString());
        const annotations = { echo: String(request.headers.authorization) };
        return { ...own, body: JSON.stringify({ ...listing, annotations }) };
      },
    });
    const access = `--registry-username ${USER.username} --registry-password ${USER.password}`;
    const line = `${OURS} ${access} --evidence leaking ${locked.host}/olareg-bundle:v1`;
    const ran = await shell.run(line);
    stop();
    expect(ran).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('repeats a credential'),
    });
    expect(ran.stdout).toMatch(/^verified/);
    expect(readdirSync(shell.folder)).not.toContain('leaking');
  });

  it('is written into a new folder only, before anything is asked', async () => {
    const asked = registry.requests.length;
    writeFileSync(join(shell.folder, 'taken'), '');
    const file = await shell.run(`${OURS} --evidence taken ${registry.host}/olareg-bundle:v1`);
    expect(file.exit).toBe(66);
    const { name } = await record(OURS, `${registry.host}/olareg-bundle:v1`);
    const before = registry.requests.length;
    const again = await shell.run(`${OURS} --evidence ${name} ${registry.host}/olareg-bundle:v1`);
    expect(again).toMatchObject({ exit: 64, stderr: expect.stringContaining('not empty') });
    expect(registry.requests.length).toBe(before);
    expect(before).toBeGreaterThan(asked);
  });
});

describe('verify-evidence', () => {
  it('needs the root, which is what makes it evidence', async () => {
    const { name } = await record(OURS, `${registry.host}/olareg-bundle:v1`);
    expect(await shell.run(`verify-evidence ${name}`)).toMatchObject({ exit: 64 });
    expect(await shell.run(`verify-evidence ${name} --root latest`)).toMatchObject({ exit: 64 });
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await shell.run(`verify-evidence ${name} --root ${other}`)).toMatchObject({
      exit: 65,
      stdout: '',
      stderr: expect.stringContaining(`expected ${other}`),
    });
  });

  it('says for a person of when it is', async () => {
    const { name, said } = await record(OURS, `${registry.host}/olareg-bundle:v1`);
    const { stdout } = await shell.run(`verify-evidence ${name} --root ${said.evidence.root}`);
    expect(stdout).toMatch(/^verified/);
    expect(stdout).toMatch(/evidence +of 20\d\d-.*, by tagwarden .*: the same verdict/);
  });

  it('judges anew, and says where it does not come to what was recorded', async () => {
    const { name } = await record(OURS, `${registry.host}/olareg-bundle:v1`);
    const path = join(shell.folder, name, 'evidence.json');
    const document = JSON.parse(readFileSync(path, 'utf8'));
    document.verification = { ...document.verification, verdict: 'rejected', verifier: 'older' };
    writeFileSync(path, JSON.stringify(document));
    const ran = await shell.run(
      `-o json verify-evidence ${name} --root ${digestOf(readFileSync(path))}`,
    );
    expect(ran).toMatchObject({ exit: 0, stderr: expect.stringContaining('was rejected (older)') });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      verdict: 'verified',
      recorded: { verdict: 'rejected', same: false },
    });
  });

  it.each([['nothing-there'], ['cosign.pub']])('refuses %s', async (name) => {
    const ran = await shell.run(`verify-evidence ${name} --root sha256:${'0'.repeat(64)}`);
    expect(ran).toMatchObject({ exit: 66, stdout: '' });
  });
});
