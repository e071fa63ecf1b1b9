import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OUTPUT } from '../../../lambda/contract/stack-outputs.ts';
import { SubscriptionsDouble } from '../../support/aws/sns.ts';
import { sqsAttributes } from '../../support/aws/sqs.ts';
import { Deployment } from './deployment.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const OPERATIONS = 'arn:aws:sns:eu-central-1:123456789012:operations';
const DEAD = 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead.fifo';
const sns = new SubscriptionsDouble(TOPIC, OPERATIONS);
const counts: Record<string, number> = { [DEAD]: 0 };
let deployment: Deployment;
beforeAll(async () => {
  const outputs = {
    [OUTPUT.alertTopic]: TOPIC,
    [OUTPUT.operationsTopic]: OPERATIONS,
    [OUTPUT.deadLetters]: DEAD,
  };
  deployment = await Deployment.start({ outputs, services: [sns.service, sqsAttributes(counts)] });
});
afterEach(() => {
  counts[DEAD] = 0;
  deployment.aws.denies = () => false;
});
afterAll(() => deployment.close());

const run = (line: string) => deployment.run(`${line} --stack Tagwarden`);

describe('the health of a stack', () => {
  it('needs somebody who gets the alerts', async () => {
    const { exit, stdout } = await run('health');
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^CHECK +FOUND\nschedule +ok +nothing is watched\n/);
    expect(stdout).toMatch(/subscriptions +not ok +nobody gets the alerts: tagwarden subscribe\n$/);
  });

  it('is well when all is', async () => {
    await run('subscribe arn:aws:sqs:eu-central-1:123456789012:alerts');
    const { exit, stdout } = await run('health');
    expect({ exit, stdout }).toMatchObject({ exit: 0 });
    expect(stdout).not.toContain('not ok');
    expect(stdout).toMatch(/dead letters +ok +none\n/);
    const data = await deployment.json('health --stack Tagwarden');
    expect(data).toMatchObject({
      healthy: true,
      checks: expect.arrayContaining([{ check: 'subscriptions', ok: true, detail: '1 confirmed' }]),
    });
  });

  it('names who has not confirmed, of the alarms too', async () => {
    await run('subscribe a@example.com');
    sns.subscriptions.push({
      ...{ arn: `${OPERATIONS}:1`, topicArn: OPERATIONS, protocol: 'email' },
      ...{ endpoint: 'ops@example.com', attributes: {}, confirmed: false },
    });
    const { exit, stdout } = await run('health');
    expect(exit).toBe(1);
    expect(stdout).toContain('not confirmed: a@example.com, ops@example.com');
    sns.subscriptions.splice(1);
  });

  it('counts dead letters', async () => {
    counts[DEAD] = 3;
    const { exit, stdout } = await run('health');
    expect(exit).toBe(1);
    expect(stdout).toContain(`3 in ${DEAD}: see the operator runbook`);
  });

  it('takes for not well what may not be read', async () => {
    deployment.aws.denies = ({ target }) => target.startsWith('AmazonSQS');
    const { exit, stdout } = await run('health');
    expect(exit).toBe(1);
    expect(stdout).toMatch(/dead letters +not ok +count what is in https:.*is not authorized/);
    expect(stdout).toMatch(/subscriptions +ok/);
  });
});

describe('the health of the embedded store', () => {
  it('is that of what the store knows', async () => {
    const { exit, stdout } = await deployment.shell.run('health');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/schedule +ok +nothing is watched/);
    expect(stdout).not.toContain('dead letters');
  });
});
