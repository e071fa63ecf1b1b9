import type { Duration } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { CompiledWatchlistFile } from './constructs/watchlist-applier.ts';

export type { CompiledWatchlistFile } from './constructs/watchlist-applier.ts';

/** How a {@link Tagwarden} is to be; only the watch list must be said. */
export interface TagwardenProps {
  /**
   * What is watched: a compiled watch list (`compileWatchlist` of `bin/deployment/watchlist.ts`),
   * which each deployment applies, or `external`, where `tagwarden apply --stack` does.
   */
  readonly watchlist: CompiledWatchlistFile | 'external';

  /**
   * Time between two looks at what is due; no tag is checked more often.
   *
   * @default - one minute
   */
  readonly schedule?: Duration;

  /**
   * Who is told of which alerts.
   *
   * @default - nobody; `tagwarden subscribe` adds somebody later
   */
  readonly subscriptions?: readonly sns.ITopicSubscription[];

  /**
   * Who is told when Tagwarden itself does not work.
   *
   * @default - nobody
   */
  readonly alarmSubscriptions?: readonly sns.ITopicSubscription[];

  /**
   * Slack workspace with the channel that is told of every alert. It is authorised once, by hand, in
   * the console of Amazon Q Developer in chat applications.
   *
   * @default - no Slack
   */
  readonly slackWorkspaceId?: string;

  /**
   * Channel of `slackWorkspaceId`.
   *
   * @default - no Slack
   */
  readonly slackChannelId?: string;

  /**
   * Microsoft Teams tenant, authorised as a Slack workspace is.
   *
   * @default - no Teams
   */
  readonly teamsTenantId?: string;

  /**
   * Team of `teamsTenantId`.
   *
   * @default - no Teams
   */
  readonly teamsTeamId?: string;

  /**
   * Channel of `teamsTeamId`.
   *
   * @default - no Teams
   */
  readonly teamsChannelId?: string;

  /**
   * Credentials of registries: a secret that holds a docker `config.json`.
   *
   * @default - a new secret, empty until `tagwarden login` fills it
   */
  readonly registryCredentials?: secretsmanager.ISecret;

  /**
   * ARNs of the ECR repositories that are read by the scanner's own role; may end in `*`.
   *
   * @default - none
   */
  readonly ecrRepositories?: readonly string[];

  /**
   * Whether `public.ecr.aws` is asked by the scanner's own role, with the quota that comes with it.
   *
   * @default false - it is asked by nobody in particular
   */
  readonly ecrPublic?: boolean;

  /**
   * A table that an earlier deployment left. Its history goes on.
   *
   * @default - a new table
   */
  readonly table?: dynamodb.ITable;

  /**
   * Whether a deployment may end the watching of more than a fifth of what is watched.
   *
   * @default false
   */
  readonly allowRemovals?: boolean;

  /**
   * Network that registries are asked from. Their quotas belong to addresses, and its are its own.
   *
   * @default - none: addresses of AWS, shared with everybody's functions
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Key that table, queues, topics and secret are encrypted with. Where it is none of this stack,
   * its policy must let CloudWatch use it for the topic of the alarms.
   *
   * @default - keys of AWS
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long logs are kept. What happened to tags is kept for ever.
   *
   * @default - 90 days
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The least severe line that functions log.
   *
   * @default info
   */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';

  /**
   * Jobs that are worked at the same time, at least 2. A new account has ten executions in all.
   *
   * @default 5
   */
  readonly scanConcurrency?: number;
}
