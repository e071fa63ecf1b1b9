import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSnsPublisher } from '../../../lambda/adapters/sns/index.ts';
import { reduced } from '../../../lambda/application/deliver/reduced.ts';
import { PublishRefused } from '../../../lambda/application/ports.ts';
import { renderAlert } from '../../../lambda/domain/alert.ts';
import { type Published, SnsDouble, TOPIC } from '../../support/sns/index.ts';
import { anEvent, TERMS } from '../../support/store/examples.ts';

let sns: SnsDouble;
beforeEach(async () => {
  sns = await SnsDouble.start();
});
afterEach(() => sns.close());

const watch = {
  id: TERMS.watchId,
  policyName: 'acme',
  policy: 'p1',
  immutable: false,
  labels: ['team=payments', 'tier=1'],
};
const alert = renderAlert(anEvent({ registry: 'ghcr.io', watches: [watch] }), { storeId: 's' });
const publisher = (topicArn = TOPIC) => createSnsPublisher({ client: sns.client, topicArn });

describe('when an alert is published', () => {
  it('gives e-mail the text, and queues and functions the CloudEvent', async () => {
    await publisher().publish(alert);
    const { messages, subject } = sns.published[0] as Published;
    expect(messages).toMatchObject({
      default: alert.text,
      sqs: alert.cloudEvent,
      lambda: alert.cloudEvent,
    });
    expect(subject).toBe(alert.subject);
    expect(JSON.parse(messages.sqs ?? '')).toMatchObject({ type: 'dev.tagwarden.tag.moved.v1' });
  });

  it('carries what filter policies match', async () => {
    await publisher().publish(alert);
    expect(sns.published[0]?.attributes).toMatchObject({
      kind: { type: 'String', value: 'tag.moved' },
      severity: { type: 'String', value: 'low' },
      registry: { type: 'String', value: 'ghcr.io' },
      labels: { type: 'String.Array', value: '["team=payments","tier=1"]' },
    });
  });

  it('stays within the rules of SNS whatever it is given', async () => {
    const attributes = { kind: 'a\u0000b', verdict: '', labels: [] };
    await publisher().publish({ ...alert, subject: ` \u00e9\n${'x'.repeat(200)}`, attributes });
    expect(sns.published[0]?.attributes).toEqual({ kind: { type: 'String', value: 'a\ufffdb' } });
  });

  it('publishes the reduced form of any alert', async () => {
    await publisher().publish(reduced({ ...alert, line: 'x'.repeat(300_000) }));
    expect(sns.published).toHaveLength(1);
  });
});

describe('when SNS does not take it', () => {
  const refuse = (status: number, code: string, message: string) =>
    sns.failures.push({ status, code, message });

  it('refuses for good what is too long, without sending it', async () => {
    const long = { ...alert, cloudEvent: 'x'.repeat(256 * 1024) };
    await expect(publisher().publish(long)).rejects.toThrow(PublishRefused);
    expect(sns.published).toEqual([]);
  });

  it('refuses for good what SNS calls an invalid parameter', async () => {
    refuse(400, 'InvalidParameter', 'Invalid parameter: Message');
    await expect(publisher().publish(alert)).rejects.toThrow(PublishRefused);
    refuse(400, 'ParameterValueInvalid', 'attribute kind');
    await expect(publisher().publish(alert)).rejects.toThrow(PublishRefused);
  });

  it.each([
    [500, 'InternalFailure', 'oops'],
    [400, 'Throttled', 'Rate exceeded'],
    [403, 'AuthorizationError', 'not authorized'],
    [400, 'InvalidParameter', 'Invalid parameter: TopicArn'],
  ])('keeps the alert for later on %i %s: %s', async (status, code, message) => {
    refuse(status, code, message);
    const failure = await publisher()
      .publish(alert)
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(PublishRefused);
  });

  it('keeps the alert for later when the topic is not there', async () => {
    const failure = await publisher(`${TOPIC}x`)
      .publish(alert)
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ name: 'NotFoundException' });
  });
});
