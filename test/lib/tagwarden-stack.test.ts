import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { OUTPUT } from '../../lambda/contract/stack-outputs.ts';
import { describeTable } from '../../lambda/contract/table-schema.ts';
import { HANDLERS, Synthesised } from './support.ts';

const stack = new Synthesised();
const { template } = stack;

describe('the table', () => {
  const { TableName: _, AttributeDefinitions, ...wanted } = describeTable('');

  it('has the keys and indexes that the store and the embedded database have', () => {
    const [table] = Object.values(template.findResources('AWS::DynamoDB::Table'));
    expect(table?.Properties).toMatchObject(wanted);
    expect(new Set(table?.Properties.AttributeDefinitions)).toEqual(new Set(AttributeDefinitions));
  });

  it('outlives the stack and can be restored', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      },
    });
  });
});

describe('what people have deployed', () => {
  it('keeps its place: these logical ids never change', () => {
    const holding =
      /^AWS::(?:DynamoDB|SQS|SNS|SecretsManager|ApiGatewayV2)::(?:Table|Queue|Topic|Secret|Api)$/;
    const ids = Object.entries(stack.resources).filter(([, { Type }]) => holding.test(Type));
    expect(ids.map(([id]) => id)).toEqual([
      // Since version 0.1.0.
      'EventsTable4B7491D3',
      'CredentialsSecret40F8BB41',
      'JobsDeadLetters8D991969',
      'Jobs3A3E4888',
      'AlertsTopicCF7C81C9',
      'OperationsTopic6D6844EA',
      'TickDeadLetters0F4298DB',
      'StreamDeadLetters221995DC',
      'HistoryApiC874F915',
    ]);
  });

  it('has no names of its own, which a second deployment would meet again', () => {
    const named = Object.entries(stack.resources).flatMap(([id, { Properties }]) =>
      Object.keys(Properties ?? {})
        .filter((key) => /^(?:Table|Queue|Topic|Role|Function|LogGroup|Secret)?Name$/.test(key))
        .map((key) => `${id}.${key}`),
    );
    // Those of API Gateway are labels.
    expect(
      named.filter((name) => !/^HistoryApi|EventSource|Permission|InvokeConfig/.test(name)),
    ).toEqual([]);
  });

  it('is destroyed whole, but for what the outputs name', () => {
    const kept = Object.entries(stack.resources).filter(
      ([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete',
    );
    expect(kept.map(([id]) => id)).toEqual(['EventsTable4B7491D3']);
    const retained = template.findOutputs(OUTPUT.retained)[OUTPUT.retained]?.Value;
    expect(retained).toEqual({ 'Fn::GetAtt': ['EventsTable4B7491D3', 'Arn'] });
  });
});

describe('the outputs', () => {
  it('are those by which the command line finds everything', () => {
    const optional: string[] = [OUTPUT.chatTopic, OUTPUT.egressAddress];
    const expected = Object.values(OUTPUT).filter((name) => !optional.includes(name));
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([...expected].sort());
  });

  it('say whose the watch list is', () => {
    expect(template.findOutputs(OUTPUT.watchlist)[OUTPUT.watchlist]?.Value).toBe('file');
    const external = new Synthesised({ watchlist: 'external' });
    expect(external.template.findOutputs(OUTPUT.watchlist)[OUTPUT.watchlist]?.Value).toBe(
      'external',
    );
    expect(external.of('Custom::TagwardenWatchlist')).toEqual([]);
  });
});

describe('the topics', () => {
  it('are deaf to what does not come over TLS', () => {
    const policies = stack.of('AWS::SNS::TopicPolicy');
    expect(policies).toHaveLength(stack.of('AWS::SNS::Topic').length);
    for (const [, { Properties }] of policies) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('encrypt alerts at rest', () => {
    template.hasResourceProperties('AWS::SNS::Topic', {
      DisplayName: 'Tagwarden alerts',
      KmsMasterKeyId: Match.anyValue(),
    });
  });
});

describe('the queues', () => {
  it('have a dead-letter queue each, or are one', () => {
    const queues = stack.of('AWS::SQS::Queue');
    const dead: string[] =
      JSON.stringify(stack.resources).match(/"(?:\w*DeadLetters\w+)","Arn"/g) ?? [];
    const isDead = (id: string) => dead.includes(`"${id}","Arn"`);
    const without = queues.filter(
      ([id, { Properties }]) => Properties.RedrivePolicy === undefined && !isDead(id),
    );
    expect(queues.length).toBeGreaterThan(3);
    expect(without.map(([id]) => id)).toEqual([]);
  });

  it('set a job aside after three workers, and wait for each six times as long as it may take', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      RedrivePolicy: { maxReceiveCount: 3 },
      VisibilityTimeout: 6 * stack.functionOf('scan').Properties.Timeout,
    });
  });
});

describe('the functions', () => {
  it.each(HANDLERS)(
    '%s runs on arm64 under Node 24, and logs to a group that forgets',
    (handler) => {
      const { Properties } = stack.functionOf(handler);
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      const group = stack.resources[Properties.LoggingConfig.LogGroup.Ref];
      expect(group).toMatchObject({
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'Delete',
        Properties: { RetentionInDays: 90 },
      });
    },
  );

  it('run their own bundle each, and not that of another', () => {
    const keys = HANDLERS.map((handler) => stack.functionOf(handler).Properties.Code.S3Key);
    expect(new Set(keys).size).toBe(HANDLERS.length);
  });

  it('rely on no reserved concurrency', () => {
    expect(JSON.stringify(stack.resources)).not.toContain('ReservedConcurrentExecutions');
  });

  it('are bounded where the queue hands out jobs, one at a time', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('are not stopped as a loop where a job sends its rest', () => {
    const loops = HANDLERS.filter(
      (handler) => stack.functionOf(handler).Properties.RecursiveLoop === 'Allow',
    );
    expect(loops).toEqual(['scan']);
  });

  it('know the topic to publish to only where they may publish', () => {
    const knows = HANDLERS.filter(
      (handler) =>
        'TAGWARDEN_TOPIC_ARN' in stack.functionOf(handler).Properties.Environment.Variables,
    );
    expect(knows).toEqual(['deliver']);
  });
});

describe('the schedules', () => {
  it.each([
    ['dispatch', 'rate(1 minute)'],
    ['deliver', 'rate(1 minute)'],
    ['refresh-trust', 'rate(12 hours)'],
  ])('wake %s at %s, and repeat no tick', (handler, rate) => {
    const target = { 'Fn::GetAtt': [stack.idOf(handler), 'Arn'] };
    const [schedule] = stack
      .of('AWS::Scheduler::Schedule')
      .filter(
        ([, { Properties }]) => JSON.stringify(Properties.Target.Arn) === JSON.stringify(target),
      );
    expect(schedule?.[1].Properties).toMatchObject({
      ScheduleExpression: rate,
      Target: {
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['TickDeadLetters0F4298DB', 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    });
  });
});

describe('the roles of the schedules', () => {
  it('are of no use to a schedule of another account', () => {
    const roles = stack
      .of('AWS::IAM::Role')
      .map(([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement);
    const scheduled = roles
      .flat()
      .filter(({ Principal }) => Principal.Service === 'scheduler.amazonaws.com');
    expect(scheduled).toHaveLength(3);
    for (const { Condition } of scheduled) {
      expect(Condition.StringEquals).toEqual({
        'aws:SourceAccount': { Ref: 'AWS::AccountId' },
        'aws:SourceArn': expect.anything(),
      });
    }
  });
});

describe('the credentials', () => {
  it('have no value in the template, which would be put over what people stored', () => {
    const [[, { Properties } = { Properties: {} }] = []] = stack.of('AWS::SecretsManager::Secret');
    expect(Object.keys(Properties)).toEqual(['Description']);
  });
});

describe('the history API', () => {
  it('lets nobody in without IAM', () => {
    const routes = stack.of('AWS::ApiGatewayV2::Route');
    expect(routes.map(([, { Properties }]) => Properties.AuthorizationType)).toEqual(['AWS_IAM']);
    expect(stack.of('AWS::Lambda::Url')).toEqual([]);
  });

  it('lets only API Gateway and schedules call functions', () => {
    const permissions = stack.of('AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    expect(permissions.map(({ Principal }) => Principal)).toEqual(['apigateway.amazonaws.com']);
    expect(permissions.every(({ SourceArn }) => SourceArn !== undefined)).toBe(true);
  });
});

describe('the watch list', () => {
  const [[id = '', resource] = []] = stack.of('Custom::TagwardenWatchlist');

  it('is applied when its hash changes or the table is another, and not otherwise', () => {
    expect(resource?.Properties).toMatchObject({
      WatchlistHash: 'hash-of-the-list',
      Table: { Ref: 'EventsTable4B7491D3' },
      AllowRemovals: 'false',
      ServiceToken: { 'Fn::GetAtt': [stack.idOf('apply'), 'Arn'] },
      ServiceTimeout: '960',
    });
  });

  it('is applied last: what failed behind it would roll it back', () => {
    const others = Object.keys(stack.resources).filter(
      (each) => each !== id && !each.startsWith('Applier'),
    );
    expect(others.filter((each) => !resource?.DependsOn?.includes(each))).toEqual([]);
  });
});
