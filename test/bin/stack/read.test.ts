import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { USER } from '../../support/aws/index.ts';
import { pushImage } from '../../support/registry/index.ts';
import { Deployment, withEnvironment } from './deployment.ts';

let deployment: Deployment;
let app: string;
beforeAll(async () => {
  deployment = await Deployment.start();
  const { world } = deployment;
  app = pushImage(world.registry, 'app', '1.4', { content: 'first' }).reference;
  await world.apply('watch: [{image: "HOST/app:1.4", policy: none, every: 1m}]');
  await world.tick();
  pushImage(world.registry, 'app', '1.4', { content: 'second' });
  await world.tick();
  const list = `version: 1\nwatch: [{image: "${app}", policy: none, every: 1m}]\n`;
  writeFileSync(join(deployment.shell.folder, 'watchlist.yaml'), list);
});
afterAll(() => deployment.close());

const run = (line: string, user?: string) => deployment.run(line, user);
const STACK = '--stack Tagwarden';

describe('what a deployed stack remembers', () => {
  it('is read with the same commands, by the outputs of the stack', async () => {
    const rows = await deployment.json<{ tag: string }[]>(`status ${STACK}`);
    expect(rows.map(({ tag }) => tag)).toEqual([app]);
    const events = await deployment.json<{ type: string }[]>(`history ${app} ${STACK}`);
    expect(events.map(({ type }) => type)).toEqual([
      'dev.tagwarden.tag.moved.v1',
      'dev.tagwarden.tag.first-seen.v1',
    ]);
    expect((await run(`show ${app}#2 ${STACK}`)).stdout).toContain('FIRST');
    const since = '--since 2026-03-01';
    expect((await run(`events ${since} ${STACK}`)).stdout).toContain(`${app}#2`);
    expect((await run(`runs ${since} ${STACK}`)).exit).toBe(0);
    const { digest } = (await deployment.json<{ digest: string }[]>(`status ${STACK}`))[0] ?? {};
    expect((await run(`where ${digest} ${STACK}`)).stdout).toContain(app);
    expect((await run(`diff --exit-code ${STACK}`)).exit).toBe(0);
  });

  it('is found by the environment, too', async () => {
    const ran = await withEnvironment(deployment.aws.environment(), () =>
      deployment.shell.run('status', { env: { TAGWARDEN_STACK: 'Tagwarden' } }),
    );
    expect(ran).toMatchObject({ exit: 0, stdout: expect.stringContaining(app) });
  });

  it('is read from a table that is named, at an endpoint', async () => {
    const there = `--table tagwarden --endpoint ${deployment.aws.url}`;
    expect((await run(`status ${there}`)).stdout).toContain(app);
    const gone = await run(`status --table other --endpoint ${deployment.aws.url}`);
    expect(gone).toMatchObject({ exit: 69, stderr: expect.stringContaining('other not found') });
  });
});

describe('the watch list of a stack', () => {
  it('is not applied from here when it comes with the deployment', async () => {
    const refused = await run(`apply ${STACK}`);
    expect(refused).toMatchObject({
      exit: 64,
      stderr: expect.stringContaining('takes its watch list when it is deployed'),
    });
    expect((await run(`apply --dry-run ${STACK}`)).stdout).toContain('nothing to change');
  });

  it('is applied from here when it was deployed without one', async () => {
    const { stdout, exit } = await run('apply --stack External');
    expect(exit).toBe(0);
    expect(stdout).toContain('1 unchanged');
  });

  it('is scanned by the stack itself', async () => {
    for (const line of ['up -f watchlist.yaml', 'scan --table t']) {
      const stack = line.startsWith('up') ? STACK : '';
      expect(await run(`${line} ${stack}`)).toMatchObject({
        exit: 64,
        stderr: expect.stringContaining('expected the embedded store'),
      });
    }
  });
});

describe('a stack that cannot be read', () => {
  it.each([
    [
      'Nope',
      USER.admin,
      69,
      'there is none in eu-central-1; expected the name of a deployed stack',
    ],
    ['Other', USER.admin, 69, 'has no output TableName'],
    ['Starting', USER.admin, 69, 'has no outputs (its status is CREATE_IN_PROGRESS)'],
    ['Tagwarden', USER.nobody, 77, 'is not authorized'],
    ['Tagwarden', USER.expired, 77, 'sign in again (aws sso login)'],
    ['Tagwarden', 'AKIDUNKNOWN', 77, 'request is invalid'],
    ['a_b', USER.admin, 64, 'found the stack "a_b"'],
  ])('%s as %s exits with %i: %s', async (name, user, exit, said) => {
    const ran = await run(`status --stack ${name}`, user);
    expect(ran).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(said) });
  });

  it('says what is missing where nothing says who or where one is', async () => {
    const environment = (changes: Record<string, string | undefined>) => ({
      ...deployment.aws.environment(),
      ...changes,
    });
    const status = (changes: Record<string, string | undefined>) =>
      withEnvironment(environment(changes), () => deployment.shell.run(`status ${STACK}`));
    const nobody = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    expect(await status(nobody)).toMatchObject({
      exit: 77,
      stderr: expect.stringContaining('expected AWS credentials: --profile'),
    });
    expect(await status({ ...nobody, AWS_PROFILE: 'nope' })).toMatchObject({ exit: 77 });
    expect(await status({ AWS_REGION: undefined })).toMatchObject({
      exit: 64,
      stderr: expect.stringContaining('expected --region'),
    });
    expect(await status({ AWS_REGION: '' })).toMatchObject({ exit: 64 });
    expect(await status({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toMatchObject({
      exit: 69,
      stderr: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('says so when only its table is closed to the user', async () => {
    deployment.aws.denies = ({ target }) => target.startsWith('DynamoDB');
    const ran = await run(`history ${app} ${STACK}`);
    deployment.aws.denies = () => false;
    expect(ran).toMatchObject({ exit: 77, stderr: expect.stringContaining('is not authorized') });
  });
});
