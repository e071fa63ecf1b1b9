import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OUTPUT } from '../../../lambda/contract/stack-outputs.ts';
import { SecretsDouble } from '../../support/aws/secrets-manager.ts';
import { type RegistryDouble, startRegistry } from '../../support/registry/index.ts';
import { Deployment, withEnvironment } from './deployment.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:registries-abc';
const PASSWORD = 'correct horse';
const users = [{ username: 'me', password: PASSWORD }];
const secrets = new SecretsDouble(SECRET);
let deployment: Deployment;
let tokens: RegistryDouble;
let basic: RegistryDouble;
let open: RegistryDouble;
beforeAll(async () => {
  const outputs = { [OUTPUT.credentials]: SECRET };
  [deployment, tokens, basic, open] = await Promise.all([
    Deployment.start({ outputs, services: [secrets.service] }),
    startRegistry({ auth: 'token', users }),
    startRegistry({ auth: 'basic', users }),
    startRegistry(),
  ]);
});
beforeEach(() => {
  secrets.beforePut = () => {};
});
afterAll(() => Promise.all([deployment, tokens, basic, open].map((each) => each.close())));

const run = (line: string, stdin = PASSWORD) =>
  withEnvironment(deployment.aws.environment(), () => deployment.shell.run(line, { stdin }));
const login = (host: string, more = '', stdin = PASSWORD) =>
  run(`login ${host} -u me --password-stdin ${more}`, stdin);
const STACK = '--stack Tagwarden';
const file = () => join(deployment.shell.folder, '.docker', 'config.json');
const hostsIn = (text = '{}') => Object.keys(JSON.parse(text).auths);

describe('a login on this machine', () => {
  it.each([
    ['a token server', () => tokens],
    ['Basic authentication', () => basic],
  ])('is tried with %s, and stored for its user alone', async (_name, registry) => {
    const { exit, stdout } = await login(registry().host, '', `${PASSWORD}\n`);
    expect(exit).toBe(0);
    expect(stdout).toBe(`${registry().host}: the credential was accepted; stored in ${file()}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('is used by what asks registries', async () => {
    const { stderr } = await run(`digest ${tokens.host}/a/b:c`);
    expect(stderr).toContain('not found');
    expect(stderr).not.toContain('denied');
  });

  it('lists hosts, and nothing else of them', async () => {
    const { stdout } = await run('credentials');
    expect(stdout.split('\n').slice(1, 3).sort()).toEqual([basic.host, tokens.host].sort());
    expect(stdout).not.toContain(Buffer.from(`me:${PASSWORD}`).toString('base64'));
  });

  it('is not stored when the registry refuses it', async () => {
    const before = readFileSync(file(), 'utf8');
    for (const registry of [tokens, basic]) {
      const { exit, stdout, stderr } = await login(registry.host, '', 'wrong horse');
      expect({ exit, stdout }).toEqual({ exit: 77, stdout: '' });
      expect(stderr).toContain('nothing was stored');
      expect(stderr).not.toContain('wrong horse');
    }
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  it('is stored with a word of warning when it cannot be tried, or need not be', async () => {
    expect((await login(open.host)).stdout).toContain('the registry asked for no login');
    const { exit, stdout, stderr } = await login('127.0.0.1:1');
    expect(exit).toBe(0);
    expect(stdout).toContain('127.0.0.1:1: the credential was not tried; stored in');
    expect(stderr).toContain('warning: it could not be tried from here: ');
  });

  it('is forgotten alone', async () => {
    expect((await run(`logout ${open.host}`)).exit).toBe(0);
    const again = await run(`logout ${open.host}`);
    expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining('no credential of') });
    expect(hostsIn(readFileSync(file(), 'utf8'))).toHaveLength(3);
  });

  it('is not mixed with helpers, which are never run', async () => {
    const other = join(deployment.shell.folder, 'helped');
    mkdirSync(other);
    writeFileSync(join(other, 'config.json'), '{"credsStore": "desktop"}');
    const ran = await deployment.shell.run(`login ${open.host} -u me --password-stdin`, {
      ...{ stdin: PASSWORD, env: { DOCKER_CONFIG: other } },
    });
    expect(ran).toMatchObject({ exit: 65, stderr: expect.stringContaining('set DOCKER_CONFIG') });
    const list = await deployment.shell.run('credentials', { env: { DOCKER_CONFIG: other } });
    expect(list.stderr).toContain('credsStore desktop is not run');
  });
});

describe('a login of a stack', () => {
  it('is put into its secret, which had no value before', async () => {
    expect((await run(`credentials ${STACK}`)).stderr).toContain('no credentials in the secret of');
    const { exit, stdout } = await login(tokens.host, STACK);
    expect(exit).toBe(0);
    expect(stdout).toContain('the credential was accepted; stored in the secret of Tagwarden');
    await login(basic.host, STACK);
    expect(hostsIn(secrets.text)).toEqual([tokens.host, basic.host]);
    expect((await run(`credentials ${STACK}`)).stdout).toContain(tokens.host);
  });

  it('keeps what somebody else puts there at the same time', async () => {
    secrets.beforePut = () => {
      secrets.beforePut = () => {};
      const theirs = JSON.parse(secrets.text ?? '{}');
      theirs.auths['quay.io'] = { auth: 'eDp5' };
      secrets.put(JSON.stringify(theirs));
    };
    await login(open.host, STACK);
    expect(hostsIn(secrets.text).sort()).toEqual(
      [tokens.host, basic.host, open.host, 'quay.io'].sort(),
    );
  });

  it('gives up on a secret that others change all the time, and says so', async () => {
    let n = 0;
    secrets.beforePut = () => secrets.put('{"auths": {}}', `theirs-${n++}`);
    const { exit, stderr } = await login(open.host, STACK);
    expect({ exit, stderr }).toEqual({
      exit: 69,
      stderr: expect.stringContaining('5 times in a row'),
    });
    secrets.put('{"auths": {"quay.io": {"auth": "eDp5"}}}', 'restored');
  });

  it('is forgotten alone', async () => {
    await login(open.host, STACK);
    expect((await run(`logout quay.io ${STACK}`)).exit).toBe(0);
    expect(hostsIn(secrets.text)).toEqual([open.host]);
  });

  it('does not touch, and does not show, a secret that is no docker config', async () => {
    secrets.put('hunter2');
    for (const line of [`credentials ${STACK}`, `logout quay.io ${STACK}`]) {
      const { exit, stdout, stderr } = await run(line);
      expect({ exit, stdout }).toEqual({ exit: 65, stdout: '' });
      expect(stderr).toContain('invalid docker config');
      expect(stderr).not.toContain('hunter2');
    }
    expect((await login(open.host, STACK)).exit).toBe(65);
    expect(secrets.text).toBe('hunter2');
  });

  it('is refused to who may not read the secret, and changes nothing here', async () => {
    deployment.aws.denies = ({ target }) => target === 'secretsmanager.GetSecretValue';
    const { exit, stderr } = await login(open.host, STACK);
    deployment.aws.denies = () => false;
    expect({ exit, stderr }).toEqual({
      exit: 77,
      stderr: expect.stringContaining('read the secret'),
    });
    expect(existsSync(join(deployment.shell.folder, 'secret'))).toBe(false);
  });
});

describe('a login that makes no sense', () => {
  it.each([
    ['login ghcr.io -u me', PASSWORD, 'expected -u USER --password-stdin'],
    ['login ghcr.io --password-stdin', PASSWORD, 'expected -u USER --password-stdin'],
    ['login ghcr.io -u a:b --password-stdin', PASSWORD, 'a user name without ":"'],
    ['login a_b -u me --password-stdin', PASSWORD, 'invalid registry'],
    ['login ghcr.io/acme -u me --password-stdin', PASSWORD, 'invalid registry'],
    ['login ghcr.io -u me --password-stdin', '', 'expected the password alone'],
    ['login ghcr.io -u me --password-stdin', 'two\nlines', 'expected the password alone'],
    ['login ghcr.io -u me --password-stdin', 'x'.repeat(70_000), 'is longer than'],
    ['login ghcr.io -u me --password-stdin --table t', PASSWORD, 'expected --stack'],
  ])('%s', async (line, stdin, said) => {
    const before = readFileSync(file(), 'utf8');
    const { exit, stderr } = await run(line, stdin);
    expect({ exit, stderr }).toEqual({ exit: 64, stderr: expect.stringContaining(said) });
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });
});
