import { describe, expect, it } from '@jest/globals';
import { endpointOf } from '../../../lambda/domain/alert/subscription.ts';

describe('the protocol of an endpoint', () => {
  it.each([
    ['oncall@example.com', 'email'],
    ['https://example.com/hook?x=1', 'https'],
    ['+4915112345678', 'sms'],
    ['arn:aws:sqs:eu-central-1:123456789012:alerts', 'sqs'],
    ['arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:page', 'lambda'],
  ])('of %s is %s', (endpoint, protocol) => {
    expect(endpointOf(endpoint)).toEqual({ ok: true, protocol, endpoint });
  });
});

describe('an endpoint that SNS cannot reach, or must not', () => {
  it.each([
    ['nobody', 'expected an e-mail address'],
    ['a b@example.com', 'expected an e-mail address'],
    ['+0123', 'expected an e-mail address'],
    ['http://example.com/hook', 'expected an https URL'],
    ['https://[', 'expected a URL'],
    ['arn:aws:sqs:eu-central-1:123456789012:alerts.fifo', 'is a FIFO queue'],
    ['arn:aws:firehose:eu-central-1:123456789012:deliverystream/x', 'found the ARN'],
    ['arn:aws:lambda:eu-central-1:123456789012:layer:x', 'found the ARN'],
    ['arn:nonsense', 'found the ARN'],
  ])('%s', (endpoint, problem) => {
    expect(endpointOf(endpoint)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it.each([
    ['https://hooks.slack.com/services/T0/B0/secret', 'slackWorkspaceId'],
    ['https://acme.webhook.office.com/webhookb2/secret', 'teamsTenantId'],
    ['https://prod-1.westus.logic.azure.com/workflows/secret', 'teamsTenantId'],
  ])('is pointed from a chat webhook to the chat settings, without its secret: %s', (url, hint) => {
    const result = endpointOf(url);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining(hint) });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('is not shown with what its URL may hold', () => {
    expect(JSON.stringify(endpointOf('http://example.com/token'))).not.toContain('token');
  });
});
