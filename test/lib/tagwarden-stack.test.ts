import { describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describeTable } from '../../lambda/contract/table-schema.ts';
import { TagwardenStack } from '../../lib/tagwarden-stack.ts';

const template = Template.fromStack(new TagwardenStack(new App(), 'Tagwarden'));

describe('the table of the stack', () => {
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
      },
    });
  });
});

describe('the alert topic of the stack', () => {
  it('is encrypted at rest', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  });

  it('refuses what does not come over TLS', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });
});

it('names table and topic in its outputs', () => {
  expect(Object.keys(template.findOutputs('*'))).toEqual(['TableName', 'AlertTopicArn']);
});
