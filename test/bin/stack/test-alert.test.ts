import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectOrOpen } from '../../../lambda/adapters/dynamodb/embedded/index.ts';
import { PublishRefused } from '../../../lambda/application/ports.ts';
import { OUTPUT } from '../../../lambda/contract/stack-outputs.ts';
import { SubscriptionsDouble } from '../../support/aws/sns.ts';
import { Deployment } from './deployment.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:alerts';
const sns = new SubscriptionsDouble(TOPIC);
let deployment: Deployment;
beforeAll(async () => {
  const outputs = { [OUTPUT.alertTopic]: TOPIC };
  deployment = await Deployment.start({ outputs, services: [sns.service] });
});
afterEach(() => {
  deployment.world.publisher.fail = undefined;
});
afterAll(() => deployment.close());

const run = (line: string) => deployment.run(`${line} --stack Tagwarden`);

describe('a test of the alerts of a stack', () => {
  it('says that nobody gets it', async () => {
    const { exit, stdout, stderr } = await run('test-alert');
    expect(exit).toBe(1);
    expect(stdout).toMatch(/ info {5}alert\.test {2}test:[\da-f-]+ {2}is a test of the alerts\n$/);
    expect(stderr).toContain('nobody gets this alert: tagwarden subscribe');
  });

  it('lists who gets it, whose filter leaves it out, and who has not confirmed', async () => {
    await run(`subscribe ${QUEUE} --min-severity high --label team=a`);
    await run('subscribe a@example.com');
    const low = await run('test-alert');
    expect(low.exit).toBe(1);
    expect(low.stdout).toMatch(/alerts +sqs +filtered out/);
    const { exit, stdout } = await run('test-alert --severity critical --label team=a');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/alerts +sqs +gets it/);
    expect(stdout).toMatch(/a@example\.com +email +not confirmed/);
    expect(deployment.world.publisher.messages.at(-1)).toMatchObject({
      attributes: { kind: 'alert.test', severity: 'critical', labels: ['team=a'] },
    });
  });

  it('gives data', async () => {
    const data = await deployment.json('test-alert --severity high --stack Tagwarden');
    expect(data).toMatchObject({
      event: { type: 'dev.tagwarden.alert.test.v1', data: { severity: 'high' } },
      delivery: { kind: 'done' },
      subscriptions: [{ takes: 'not confirmed' }, { takes: 'filtered out' }],
    });
  });

  it('says that SNS refused it for good', async () => {
    deployment.world.publisher.fail = () => new PublishRefused('too long');
    const { exit, stderr } = await run('test-alert');
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: expect.stringContaining('SNS refused the alert for good: too long'),
    });
  });

  it('is refused with what it cannot have', async () => {
    expect((await run('test-alert --label team')).exit).toBe(64);
    expect((await run('test-alert --severity loud')).exit).toBe(64);
    const table = await deployment.run(`test-alert --table t --endpoint ${deployment.aws.url}`);
    expect(table.exit).toBe(64);
  });
});

describe('a test of the alerts of the embedded store', () => {
  it('is delivered here when nothing else watches', async () => {
    const { exit, stdout, stderr } = await deployment.shell.run('test-alert --severity high');
    expect(exit).toBe(0);
    expect(stdout).toContain('alert.test');
    expect(stderr).toContain('it was delivered here');
  });

  it('is left to the process that has the store open', async () => {
    const dataDir = join(deployment.shell.folder, '.tagwarden');
    const other = await connectOrOpen({ dataDir });
    const stop = new AbortController();
    const ran = deployment.shell.run('test-alert', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 500);
    await expect(ran).resolves.toMatchObject({ stdout: '' });
    await other.close();
  });
});
