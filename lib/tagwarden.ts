import { Duration, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRIC, type MetricName } from '../lambda/contract/metrics.ts';
import { Alarms } from './constructs/alarms.ts';
import { Dashboard } from './constructs/dashboard.ts';
import type { HistoryApi } from './constructs/history-api.ts';
import { Metrics } from './constructs/metrics.ts';
import { PERMISSIONS } from './constructs/permissions.ts';
import { acknowledgeWildcard, type FunctionDefaults } from './constructs/tagwarden-function.ts';
import { createFunctions, type Functions, lambdasOf } from './functions.ts';
import { grantFinding, grantHealth, grantSubscribing } from './grants.ts';
import { addOutputs, outputsOf } from './outputs.ts';
import { createStores, type Stores } from './stores.ts';
import type { TagwardenProps } from './tagwarden-props.ts';

export type { TagwardenProps } from './tagwarden-props.ts';

/**
 * Watches container image tags from an AWS account: a table that remembers, functions that look,
 * verify and tell, a topic to subscribe to, an API to ask, and alarms about all of it.
 *
 * A stack has at most one, because the command line finds it by the outputs of its stack.
 */
export class Tagwarden extends Construct {
  /** Subscribe to it to be told. */
  readonly alertTopic: sns.ITopic;
  /** Subscribe to it to be told when Tagwarden itself does not work. */
  readonly operationsTopic: sns.ITopic;
  /** Everything that is remembered; stays when the stack is destroyed. */
  readonly table: dynamodb.ITable;
  /** What happened, for whoever IAM lets in. */
  readonly api: apigateway.IHttpApi;
  /** A docker `config.json`. */
  readonly credentials: secretsmanager.ISecret;
  /** Jobs that nobody could work. */
  readonly deadLetters: sqs.IQueue;
  /** Asked by the command line to check tags now. */
  readonly dispatcher: lambda.IFunction;
  readonly #stores: Stores;
  readonly #history: HistoryApi;
  readonly #metrics: Metrics;

  constructor(scope: Construct, id: string, props: TagwardenProps) {
    super(scope, id);
    refuseSecond(this);
    if (props.encryptionKey !== undefined) acknowledgeKeyUse(this);
    const stores = createStores(this, props);
    const every = props.schedule ?? Duration.minutes(1);
    const defaults: FunctionDefaults = {
      logRetention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      logLevel: props.logLevel ?? 'info',
    };
    const functions = createFunctions(this, props, { stores, defaults, every });
    this.#metrics = new Metrics(Stack.of(this).stackName);
    const dashboard = this.#watch(stores, functions, every);
    this.#applyLast(functions);

    this.#stores = stores;
    this.#history = functions.history;
    this.alertTopic = stores.alerts;
    this.operationsTopic = stores.operations;
    this.table = stores.events.table;
    this.api = functions.history.api;
    this.credentials = stores.credentials.secret;
    this.deadLetters = stores.jobs.deadLetters;
    this.dispatcher = functions.dispatch.function as lambda.IFunction;
    addOutputs(this, {
      ...outputsOf(props, stores, functions),
      dashboard: dashboard.dashboard.dashboardName,
    });
  }

  /** Lets somebody ask what happened and whether all is well, by the API and by the command line. */
  grantRead(grantee: iam.IGrantable): void {
    this.#history.grantRead(grantee);
    this.#stores.events.access.grant(grantee, PERMISSIONS.history);
    grantFinding(this, grantee);
    grantHealth(this.#stores, grantee);
  }

  /** Lets somebody subscribe to alerts, and unsubscribe. */
  grantSubscribe(grantee: iam.IGrantable): void {
    grantFinding(this, grantee);
    grantSubscribing(this.#stores, grantee);
  }

  /** Lets somebody have tags checked now, acknowledge events, and try an alert. */
  grantOperate(grantee: iam.IGrantable): void {
    grantFinding(this, grantee);
    this.dispatcher.grantInvoke(grantee);
  }

  /** Lets somebody log in to registries, which includes reading all credentials. */
  grantManageCredentials(grantee: iam.IGrantable): void {
    grantFinding(this, grantee);
    this.credentials.grantRead(grantee);
    this.credentials.grantWrite(grantee);
  }

  /** Any of what the functions measure (`METRIC` in `lambda/contract/metrics.ts`). */
  metric(name: MetricName, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.#metrics.of(name, options);
  }

  /** Tags that were looked at. */
  metricChecked(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.checked, options);
  }

  /** Tags that point elsewhere than before. */
  metricMoved(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.moved, options);
  }

  /** Percent of the tags looked at about which nothing was found out. */
  metricInconclusiveShare(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.inconclusiveShare, options);
  }

  /** Seconds that the oldest alert waits that is not delivered. */
  metricOldestPendingAlert(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRIC.oldestPendingAlert, options);
  }

  /** Jobs in the dead-letter queue. */
  metricDeadLetters(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.deadLetters.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      ...options,
    });
  }

  #watch(stores: Stores, functions: Functions, every: Duration): Dashboard {
    const { jobs, tickDeadLetters, streamDeadLetters, operations } = stores;
    const lambdas = lambdasOf(functions);
    const { alarms } = new Alarms(this, 'Alarms', {
      metrics: this.#metrics,
      functions: Object.fromEntries(
        Object.entries(lambdas).map(([name, fn]) => [
          `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
          { function: fn, seldom: SELDOM.includes(name) },
        ]),
      ),
      deadLetters: {
        JobsDeadLettered: jobs.deadLetters,
        TicksDeadLettered: tickDeadLetters,
        StreamDeadLettered: streamDeadLetters,
      },
      every,
      topic: operations,
    });
    return new Dashboard(this, 'Overview', {
      ...{ metrics: this.#metrics, alarms, functions: lambdas },
      jobs: jobs.queue,
    });
  }

  /** Whatever fails behind it would roll the watch list back. */
  #applyLast({ apply }: Functions): void {
    const others = this.node.children.filter((child) => child !== apply);
    apply?.resource.node.addDependency(...others);
  }
}

/** Of the functions, those that are called so seldom that a single failure counts. */
const SELDOM = ['apply', 'history', 'refreshTrust'];

function acknowledgeKeyUse(scope: Construct): void {
  const reason = 'the actions that the services need come in forms, all on this one key';
  for (const action of ['GenerateDataKey*', 'ReEncrypt*']) {
    acknowledgeWildcard(scope, `Action::kms:${action}`, reason);
  }
}

function refuseSecond(construct: Tagwarden): void {
  const stack = Stack.of(construct);
  const other = stack.node
    .findAll()
    .find((each) => each !== construct && each instanceof Tagwarden);
  if (other === undefined) return;
  throw new Error(
    `found a second Tagwarden (${construct.node.path}) beside ${other.node.path}, expected one in a stack`,
  );
}
