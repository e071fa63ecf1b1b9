import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OUTPUT } from '../../../lambda/contract/stack-outputs.ts';
import { SubscriptionsDouble } from '../../support/aws/sns.ts';
import { Deployment } from './deployment.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const OPERATIONS = 'arn:aws:sns:eu-central-1:123456789012:operations';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:alerts';

const sns = new SubscriptionsDouble(TOPIC, OPERATIONS);
let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.start({
    outputs: { [OUTPUT.alertTopic]: TOPIC, [OUTPUT.operationsTopic]: OPERATIONS },
    services: [sns.service],
  });
});
afterAll(() => deployment.close());

const run = (line: string) => deployment.run(`${line} --stack Tagwarden`);
const linkFor = (endpoint: string, topic = TOPIC) =>
  `https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn=${topic}&Token=${sns.tokenOf(endpoint)}`;
const filterOf = (endpoint: string) =>
  sns.subscriptions.find((each) => each.endpoint === endpoint)?.attributes.FilterPolicy;

// One story: each step stands on what the ones before it did.
describe('subscriptions of a stack', () => {
  it('there are none at first, and the list says so', async () => {
    expect(await run('subscriptions')).toMatchObject({
      ...{ exit: 0, stdout: '' },
      stderr: expect.stringContaining('nobody is subscribed'),
    });
  });

  it('an e-mail address with a filter, which it has to confirm', async () => {
    const { exit, stdout, stderr } = await run(
      'subscribe a@example.com --min-severity high --kind tag.moved,tag.missing --registry ghcr.io,alpine.example:5000 --label team=a --label team=b',
    );
    expect(exit).toBe(0);
    expect(stdout).toBe(
      'a@example.com is subscribed to: min-severity high, kind tag.moved or tag.missing, registry ghcr.io or alpine.example:5000, labels team=a or team=b\n',
    );
    expect(stderr).toContain('nothing arrives before it is confirmed');
    expect(stderr).toContain('takes up to 15 minutes');
    expect(JSON.parse(filterOf('a@example.com') ?? '')).toEqual({
      severity: ['high', 'critical'],
      kind: ['tag.moved', 'tag.missing'],
      registry: ['ghcr.io', 'alpine.example:5000'],
      labels: ['team=a', 'team=b'],
    });
  });

  it('a queue, which gets the bare CloudEvent and needs no confirmation', async () => {
    const { stderr } = await run(`subscribe ${QUEUE}`);
    expect(stderr).toContain(`must allow sns.amazonaws.com sqs:SendMessage from ${TOPIC}`);
    expect(sns.subscriptions[1]).toMatchObject({
      ...{ endpoint: QUEUE, confirmed: true, attributes: { RawMessageDelivery: 'true' } },
    });
  });

  it('are listed over all pages, with what each gets', async () => {
    await run('subscribe b@example.com');
    const { stdout } = await run('subscriptions');
    expect(stdout).toMatch(/^ENDPOINT .*\na@example\.com +email +not confirmed *\n/);
    expect(stdout).toMatch(/arn:aws:sqs\S+ +sqs +confirmed +everything\n/);
    expect(stdout).toMatch(/b@example\.com +email +not confirmed/);
    expect(stdout).not.toContain('token-');
  });

  it('are confirmed by the link, so that no link can end them', async () => {
    expect((await run(`subscribe --confirm ${linkFor('a@example.com')}`)).exit).toBe(0);
    const [first] = sns.subscriptions;
    expect(first).toMatchObject({
      confirmed: true,
      attributes: { ConfirmationWasAuthenticated: 'true' },
    });
    const other = await run(`subscribe --confirm ${linkFor('a@example.com', `${TOPIC}x`)}`);
    expect(other).toMatchObject({ exit: 64, stderr: expect.stringContaining('is for the topic') });
    expect((await run('subscribe --confirm https://example.com/')).exit).toBe(64);
    const wrong = await run(`subscribe --confirm ${linkFor('nobody@example.com')}`);
    expect(wrong).toMatchObject({ exit: 64, stderr: expect.stringContaining('Token') });
    const both = await run(`subscribe x@example.com --confirm ${linkFor('a@example.com')}`);
    expect(both.stderr).toContain('expected it alone');
  });

  it('are changed by subscribing again', async () => {
    const { stdout, stderr } = await run('subscribe a@example.com --min-severity critical');
    expect(stdout).toBe('a@example.com now gets: min-severity critical\n');
    expect(stderr).toContain('15 minutes');
    expect(filterOf('a@example.com')).toBe('{"severity":["critical"]}');
    await run('subscribe a@example.com');
    const list = await deployment.json<{ endpoint: string; filter: unknown }[]>(
      'subscriptions --stack Tagwarden',
    );
    expect(list[0]).toMatchObject({ endpoint: 'a@example.com', confirmed: true, filter: null });
  });

  it('are ended by their endpoint or their ARN', async () => {
    expect((await run('unsubscribe a@example.com')).stdout).toContain('gets no more alerts');
    const arn = sns.subscriptions[0]?.arn;
    expect((await run(`unsubscribe ${arn}`)).exit).toBe(0);
    expect(sns.subscriptions.map(({ endpoint }) => endpoint)).toEqual(['b@example.com']);
    const pending = await run('unsubscribe b@example.com');
    expect(pending).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('has not confirmed'),
    });
    const unknown = await run('unsubscribe c@example.com');
    expect(unknown).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('is not subscribed'),
    });
  });
});

describe('a subscription that is refused', () => {
  it.each([
    ['subscribe', 'expected an endpoint, or --confirm URL'],
    ['subscribe nobody', 'expected an e-mail address'],
    ['subscribe https://hooks.slack.com/services/T/B/x', 'slackWorkspaceId'],
    [
      'subscribe a@example.com --kind tag.move',
      'found the kind "tag.move", expected some of tag.first',
    ],
    ['subscribe a@example.com --registry a_b', 'invalid registry'],
    ['subscribe a@example.com --label team', '--label "team": expected key=value'],
    ['subscribe a@example.com --label a="b"', 'SNS cannot filter by quotes'],
    ['subscribe a@example.com --min-severity loud', 'Allowed choices are'],
  ])('%s', async (line, said) => {
    const before = sns.subscriptions.length;
    expect(await run(line)).toMatchObject({ exit: 64, stderr: expect.stringContaining(said) });
    expect(sns.subscriptions).toHaveLength(before);
  });

  it.each(['subscribe a@example.com', 'subscriptions', 'unsubscribe a@example.com'])(
    '%s without a stack',
    async (line) => {
      expect(await deployment.shell.run(line)).toMatchObject({
        exit: 64,
        stderr: expect.stringContaining('expected --stack NAME or TAGWARDEN_STACK'),
      });
    },
  );

  it('by who may not', async () => {
    deployment.aws.denies = ({ form }) => form.get('Action') === 'ListSubscriptionsByTopic';
    const denied = await run('subscriptions');
    deployment.aws.denies = () => false;
    expect(denied).toMatchObject({ exit: 77, stderr: expect.stringContaining('list the subscr') });
  });

  it('where the stack has no such topic', async () => {
    const { exit, stderr } = await deployment.run('subscriptions --stack External');
    expect({ exit, stderr }).toMatchObject({ exit: 69 });
    expect(stderr).toContain('has no output AlertTopicArn');
  });
});
