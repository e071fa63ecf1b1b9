import { Names } from 'aws-cdk-lib';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlertTopic } from './alert-topic.ts';

export interface SlackChannel {
  readonly workspaceId: string;
  readonly channelId: string;
}

export interface TeamsChannel {
  readonly tenantId: string;
  readonly teamId: string;
  readonly channelId: string;
}

export interface ChatProps {
  readonly slack?: SlackChannel;
  readonly teams?: TeamsChannel;
  /** Told to the channel as well: alarms, in the form that CloudWatch has for them. */
  readonly operations: sns.ITopic;
  readonly encryptionKey?: kms.IKey;
}

/**
 * A topic in the form that Amazon Q Developer in chat applications shows, and the channels that
 * listen to it. Each workspace is authorised once by hand, in the console.
 */
export class Chat extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: ChatProps) {
    super(scope, id);
    const { slack, teams, operations, encryptionKey } = props;
    const alerts = new AlertTopic(this, 'Alerts', {
      displayName: 'Tagwarden alerts for chat',
      ...(encryptionKey && { encryptionKey }),
    });
    this.topic = alerts.topic;
    const common = {
      ...this.#powerless(),
      snsTopicArns: [this.topic.topicArn, operations.topicArn],
      loggingLevel: 'ERROR',
    };
    const named = (name: string) => ({
      configurationName: `${Names.uniqueResourceName(this, { maxLength: 100 })}-${name}`,
    });
    if (slack !== undefined) {
      new chatbot.CfnSlackChannelConfiguration(this, 'Slack', {
        ...common,
        ...named('Slack'),
        slackWorkspaceId: slack.workspaceId,
        slackChannelId: slack.channelId,
        userRoleRequired: true,
      });
    }
    if (teams !== undefined) {
      new chatbot.CfnMicrosoftTeamsChannelConfiguration(this, 'Teams', {
        ...common,
        ...named('Teams'),
        teamsTenantId: teams.tenantId,
        teamId: teams.teamId,
        teamsChannelId: teams.channelId,
        userRoleRequired: true,
      });
    }
  }

  /**
   * Attack: whoever is in the channel lets the bot run commands. Without guardrails of our own it
   * gets those of an administrator.
   */
  #powerless(): { readonly iamRoleArn: string; readonly guardrailPolicies: string[] } {
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('chatbot.amazonaws.com'),
      description: 'Of the chat channel; may do nothing',
    });
    const nothing = new iam.ManagedPolicy(this, 'Guardrail', {
      description: 'Nothing may be done from a chat channel',
      statements: [
        new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['*'], resources: ['*'] }),
      ],
    });
    return { iamRoleArn: role.roleArn, guardrailPolicies: [nothing.managedPolicyArn] };
  }
}
