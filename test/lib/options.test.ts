import { describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import { subscriptionOf } from '../../lib/constructs/subscription.ts';
import { Tagwarden } from '../../lib/tagwarden.ts';
import { Policy } from './policies.ts';
import { anApp, HANDLERS, Synthesised } from './support.ts';

const STREAM = 'arn:aws:dynamodb:us-east-1:123456789012:table/Old/stream/2026-01-01T00:00:00.000';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:registries-AbCdEf';
const REPOSITORY = 'arn:aws:ecr:us-east-1:123456789012:repository/acme/app';
const TEAMS = {
  teamsTenantId: '11111111-2222-3333-4444-555555555555',
  teamsTeamId: '11111111-2222-3333-4444-666666666666',
  teamsChannelId: '19%3Aab12cd%40thread.tacv2',
};

const plain = new Synthesised();
const external = new Synthesised({ watchlist: 'external' });
const keyed = new Synthesised({ kmsKey: 'new' });
const network = new Synthesised({ vpc: 'new' });
const chat = new Synthesised({ slackWorkspaceId: 'T1', slackChannelId: 'C1', ...TEAMS });
const adopting = new Synthesised({ table: STREAM, registryCredentials: SECRET });
const ecr = new Synthesised({
  ecrRepositories: [REPOSITORY, REPOSITORY.replace('app', 'base/*')],
  ecrPublic: true,
});

describe('the rules of AWS Solutions', () => {
  it.each(Object.entries({ plain, external, keyed, network, chat, adopting, ecr }))(
    'hold for a stack that is %s, or it says why not',
    (_name, { stack }) => {
      const { violations } = new AwsSolutionsChecks().validateScope(stack);
      const found = violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ locations, constructPath }) => `${ruleName} ${constructPath} ${locations}`,
        ),
      );
      expect(found).toEqual([]);
    },
  );

  it('are told of when they are broken', () => {
    const bare = new Stack(anApp(), 'Bare');
    new Topic(bare, 'Topic');
    const { violations } = new AwsSolutionsChecks().validateScope(bare);
    expect(violations.map(({ ruleName }) => ruleName)).toContain('AwsSolutions-SNS3');
  });
});

describe('with a key of its own', () => {
  it('encrypts with it everything that holds something', () => {
    const [[key] = []] = keyed.of('AWS::KMS::Key');
    const arn = { 'Fn::GetAtt': [key, 'Arn'] };
    for (const [, { Properties }] of keyed.of('AWS::SQS::Queue')) {
      expect(Properties.KmsMasterKeyId).toEqual(arn);
    }
    for (const [, { Properties }] of keyed.of('AWS::SNS::Topic')) {
      expect(Properties.KmsMasterKeyId).toEqual(arn);
    }
    for (const [, { Properties }] of keyed.of('AWS::DynamoDB::Table')) {
      expect(Properties.SSESpecification).toMatchObject({ KMSMasterKeyId: arn });
    }
    for (const [, { Properties }] of keyed.of('AWS::SecretsManager::Secret')) {
      expect(Properties.KmsKeyId).toEqual(arn);
    }
  });

  it('keeps the key with the table, rotates it, and names both', () => {
    const [[id, key] = []] = keyed.of('AWS::KMS::Key');
    expect(key).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    expect(JSON.stringify(keyed.template.findOutputs(OUTPUT.retained))).toContain(`"${id}","Arn"`);
  });

  it('lets alarms use it, or nobody would hear them', () => {
    const [[, key] = []] = keyed.of('AWS::KMS::Key');
    expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ Principal: { Service: 'cloudwatch.amazonaws.com' } }),
    );
  });
});

describe('with a network of its own', () => {
  it('puts the scanner there and nothing else, and names its address', () => {
    const inside = HANDLERS.filter(
      (handler) => network.functionOf(handler).Properties.VpcConfig !== undefined,
    );
    expect(inside).toEqual(['scan']);
    expect(network.template.findOutputs(OUTPUT.egressAddress)).not.toEqual({});
    expect(network.of('AWS::EC2::NatGateway')).toHaveLength(1);
  });

  it('lets nobody in', () => {
    for (const [, { Properties }] of network.of('AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    }
  });
});

describe('with chat channels', () => {
  it('has a topic for them, which deliver may publish to', () => {
    const { Variables } = chat.functionOf('deliver').Properties.Environment;
    const resource = Variables.TAGWARDEN_CHAT_TOPIC_ARN;
    expect(resource).toBeDefined();
    const may = HANDLERS.filter((handler) =>
      new Policy(chat, handler).allows({ action: 'sns:Publish', resource }),
    );
    expect(may).toEqual(['deliver']);
  });

  it.each([
    'AWS::Chatbot::SlackChannelConfiguration',
    'AWS::Chatbot::MicrosoftTeamsChannelConfiguration',
  ])('gives %s no power: its guardrail would else be that of an administrator', (type) => {
    const [[, { Properties } = { Properties: {} }] = []] = chat.of(type);
    const [policy] = Properties.GuardrailPolicies;
    expect(chat.resources[policy.Ref]?.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ]);
    const [role] = Properties.IamRoleArn['Fn::GetAtt'];
    expect(chat.resources[role]?.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Properties.UserRoleRequired).toBe(true);
  });

  it('refuses half of what names a channel', () => {
    expect(() => new Synthesised({ slackChannelId: 'C1' })).toThrow('expected both');
    expect(() => new Synthesised({ teamsTeamId: 'x' })).toThrow('expected all');
  });
});

describe('with what an earlier deployment left', () => {
  it('makes no table and no secret, and wakes deliver by the old stream', () => {
    expect(adopting.of('AWS::DynamoDB::Table')).toEqual([]);
    expect(adopting.of('AWS::SecretsManager::Secret')).toEqual([]);
    adopting.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: STREAM,
    });
    expect(new Policy(adopting, 'history').allows({ action: 'dynamodb:Query' })).toBe(true);
    expect(adopting.template.findOutputs(OUTPUT.table)[OUTPUT.table]?.Value).toBe('Old');
  });

  it('may use the key that it was encrypted with', () => {
    const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const again = new Synthesised({ table: STREAM, kmsKey });
    expect(again.of('AWS::KMS::Key')).toEqual([]);
    for (const handler of ['dispatch', 'scan', 'deliver', 'apply', 'history', 'refresh-trust']) {
      const request = { action: 'kms:Decrypt', resource: kmsKey };
      expect(new Policy(again, handler).allows(request)).toBe(true);
    }
  });

  it('does without the stream where only the table is named', () => {
    const named = new Synthesised({ table: 'Old' });
    const sources = named.of('AWS::Lambda::EventSourceMapping');
    expect(sources).toHaveLength(1);
    expect(named.template.findOutputs(OUTPUT.tableStream)).toEqual({});
  });
});

describe('with repositories in ECR', () => {
  it('reads those and no others by the role of the scanner', () => {
    const scan = new Policy(ecr, 'scan');
    const plainScan = new Policy(plain, 'scan');
    expect(scan.allows({ action: 'ecr:BatchGetImage', resource: REPOSITORY })).toBe(true);
    const other = REPOSITORY.replace('acme', 'other');
    expect(scan.allows({ action: 'ecr:BatchGetImage', resource: other })).toBe(false);
    expect(scan.allows({ action: 'ecr:PutImage' })).toBe(false);
    expect(scan.allows({ action: 'ecr-public:GetAuthorizationToken' })).toBe(true);
    expect(plainScan.allows({ action: 'ecr-public:GetAuthorizationToken' })).toBe(false);
    expect(new Policy(ecr, 'deliver').allows({ action: 'ecr:GetAuthorizationToken' })).toBe(false);
  });
});

describe('with subscribers', () => {
  const subscribed = new Synthesised({
    subscriptions: [
      subscriptionOf({
        protocol: 'sqs',
        endpoint: 'arn:aws:sqs:us-east-1:123456789012:alerts',
        filterPolicy: { severity: ['high', 'critical'] },
      }),
      subscriptionOf({
        protocol: 'lambda',
        endpoint: 'arn:aws:lambda:us-east-1:123456789012:function:alerts',
      }),
    ],
    alarmSubscriptions: [subscriptionOf({ protocol: 'email', endpoint: 'ops@example.com' })],
  });

  it('tells each of what it wants', () => {
    subscribed.template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      FilterPolicy: { severity: ['high', 'critical'] },
    });
    subscribed.template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: 'OperationsTopic6D6844EA' },
    });
  });

  it('lets the topic call a function, and only the topic', () => {
    subscribed.template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: 'AlertsTopicCF7C81C9' },
    });
  });

  it('refuses a Slack webhook, which could not confirm, with what to set', () => {
    const webhook = new UrlSubscription('https://hooks.slack.com/services/T0/B0/secret');
    expect(() => new Synthesised({ subscriptions: [webhook] })).toThrow(
      'expected the properties slackWorkspaceId and slackChannelId',
    );
  });
});

describe('the construct in a stack of somebody else', () => {
  it('has the same outputs, by which the command line finds it', () => {
    const stack = new Stack(anApp(), 'Platform');
    const tags = new Tagwarden(stack, 'Tags', { watchlist: 'external' });
    const names = tags.node.children.map(({ node }) => node.id);
    for (const name of [OUTPUT.table, OUTPUT.alertTopic, OUTPUT.dispatcher]) {
      expect(names).toContain(name);
    }
  });

  it('lets others do what it grants them, and no more', () => {
    const stack = new Stack(anApp(), 'Platform');
    const tags = new Tagwarden(stack, 'Tags', { watchlist: 'external' });
    const person = new Role(stack, 'Person', { assumedBy: new AccountRootPrincipal() });
    const actions = () =>
      Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
        .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('Person'))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .flatMap(({ Action }) => Action);
    tags.grantRead(person);
    tags.grantSubscribe(person);
    tags.grantOperate(person);
    tags.grantManageCredentials(person);
    expect([...new Set(actions())].sort()).toEqual([
      'cloudformation:DescribeStacks',
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'execute-api:Invoke',
      'lambda:InvokeFunction',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecret',
      'secretsmanager:UpdateSecretVersionStage',
      'sns:ConfirmSubscription',
      'sns:GetSubscriptionAttributes',
      'sns:ListSubscriptionsByTopic',
      'sns:SetSubscriptionAttributes',
      'sns:Subscribe',
      'sns:Unsubscribe',
      'sqs:GetQueueAttributes',
    ]);
  });

  it('is there once', () => {
    const stack = new Stack(anApp(), 'Platform');
    new Tagwarden(stack, 'Tags', { watchlist: 'external' });
    expect(() => new Tagwarden(stack, 'More', { watchlist: 'external' })).toThrow(
      'found a second Tagwarden',
    );
  });
});
