import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AlertTopic } from './constructs/alert-topic.ts';
import { Chat, type ChatProps } from './constructs/chat.ts';
import { EventTable } from './constructs/event-table.ts';
import { deadLetterQueue, JobQueue } from './constructs/job-queue.ts';
import { OperationsTopic } from './constructs/operations-topic.ts';
import { RegistryCredentials } from './constructs/registry-credentials.ts';
import { SCAN_TIMEOUT } from './constructs/scanner.ts';
import type { TagwardenProps } from './tagwarden-props.ts';

/** What holds something: made before everything that only works with it. */
export interface Stores {
  readonly events: EventTable;
  readonly credentials: RegistryCredentials;
  readonly jobs: JobQueue;
  readonly tickDeadLetters: sqs.IQueue;
  readonly streamDeadLetters: sqs.IQueue;
  readonly alerts: sns.ITopic;
  readonly operations: sns.ITopic;
  /** Where chat channels listen. */
  readonly chat?: sns.ITopic;
}

/** The ids are part of the logical ids of what people have deployed: they do not change. */
export function createStores(scope: Construct, props: TagwardenProps): Stores {
  const { table, registryCredentials, subscriptions, alarmSubscriptions, encryptionKey } = props;
  const key = encryptionKey === undefined ? {} : { encryptionKey };
  const events = new EventTable(scope, 'Events', { ...(table && { adopted: table }), ...key });
  const credentials = new RegistryCredentials(scope, 'Credentials', {
    ...(registryCredentials && { secret: registryCredentials }),
    ...key,
  });
  const jobs = new JobQueue(scope, 'Jobs', { timeout: SCAN_TIMEOUT, ...key });
  const alerts = new AlertTopic(scope, 'Alerts', {
    ...(subscriptions && { subscriptions }),
    ...key,
  });
  const operations = new OperationsTopic(scope, 'Operations', {
    ...(alarmSubscriptions && { subscriptions: alarmSubscriptions }),
    ...key,
  });
  const chat = createChat(scope, props, operations.topic);
  return {
    events,
    credentials,
    jobs,
    tickDeadLetters: deadLetterQueue(scope, 'TickDeadLetters', encryptionKey),
    streamDeadLetters: deadLetterQueue(scope, 'StreamDeadLetters', encryptionKey),
    alerts: alerts.topic,
    operations: operations.topic,
    ...(chat && { chat: chat.topic }),
  };
}

function createChat(
  scope: Construct,
  props: TagwardenProps,
  operations: sns.ITopic,
): Chat | undefined {
  const { encryptionKey } = props;
  const channels = { ...slackOf(props), ...teamsOf(props) };
  if (Object.keys(channels).length === 0) return undefined;
  return new Chat(scope, 'Chat', {
    ...channels,
    operations,
    ...(encryptionKey && { encryptionKey }),
  });
}

function slackOf(props: TagwardenProps): Pick<ChatProps, 'slack'> {
  const { slackWorkspaceId: workspaceId, slackChannelId: channelId } = props;
  if (workspaceId === undefined && channelId === undefined) return {};
  if (workspaceId === undefined || channelId === undefined) {
    throw new Error('found one of slackWorkspaceId and slackChannelId, expected both');
  }
  return { slack: { workspaceId, channelId } };
}

function teamsOf(props: TagwardenProps): Pick<ChatProps, 'teams'> {
  const { teamsTenantId: tenantId, teamsTeamId: teamId, teamsChannelId: channelId } = props;
  if (tenantId === undefined && teamId === undefined && channelId === undefined) return {};
  if (tenantId === undefined || teamId === undefined || channelId === undefined) {
    throw new Error('found some of teamsTenantId, teamsTeamId and teamsChannelId, expected all');
  }
  return { teams: { tenantId, teamId, channelId } };
}
