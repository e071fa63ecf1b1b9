import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/contract/metrics.ts';
import type { Metrics } from './metrics.ts';

export interface AlarmsProps {
  readonly metrics: Metrics;
  /** By what their alarms are called: `Scan` has `ScanFailing` and `ScanThrottled`. */
  readonly functions: Readonly<Record<string, WatchedFunction>>;
  /** By what the alarm is called, such as `JobsDeadLettered`. */
  readonly deadLetters: Readonly<Record<string, sqs.IQueue>>;
  /** Time between two ticks. */
  readonly every: Duration;
  /** Told when an alarm begins and when it ends. */
  readonly topic: sns.ITopic;
}

export interface WatchedFunction {
  readonly function: lambda.IFunction;
  /** Whether it is called so seldom that a single failure counts. */
  readonly seldom: boolean;
}

type AlarmOptions = Pick<
  cloudwatch.AlarmProps,
  'metric' | 'threshold' | 'evaluationPeriods' | 'comparisonOperator' | 'datapointsToAlarm'
> & {
  readonly description: string;
  /** @default - missing data is no alarm */
  readonly missingIsBad?: boolean;
};

const ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD;
const ONCE = { evaluationPeriods: 1 };
const BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD;

/** Tells when Tagwarden itself does not work. Every alarm has a chapter in docs/operator-runbook.md. */
export class Alarms extends Construct {
  readonly alarms: cloudwatch.Alarm[] = [];
  readonly #topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    this.#checks(props);
    this.#alerts(props);
    for (const [title, fn] of Object.entries(props.functions)) this.#failing(title, fn);
    for (const [title, queue] of Object.entries(props.deadLetters)) this.#dead(title, queue);
  }

  #checks({ metrics, every }: AlarmsProps): void {
    this.#add('NoCompleteRun', {
      description: 'Three ticks in a row did not do all they had to, or did not come at all.',
      metric: metrics.of(METRIC.completeTicks, { period: every }),
      comparisonOperator: BELOW,
      threshold: 1,
      evaluationPeriods: 3,
      missingIsBad: true,
    });
    this.#add('ManyInconclusive', {
      description: 'For half an hour, over 30 % of the checks found nothing out.',
      metric: metrics.of(METRIC.inconclusiveShare, {
        period: longer(Duration.minutes(15), every),
      }),
      comparisonOperator: ABOVE,
      threshold: 30,
      evaluationPeriods: 2,
    });
    this.#add('TrustRootOld', {
      description: 'The trusted root of Sigstore was not refreshed for seven days.',
      metric: metrics.of(METRIC.trustRootAge, { period: Duration.days(1) }),
      comparisonOperator: ABOVE,
      threshold: Duration.days(7).toSeconds(),
      evaluationPeriods: 1,
      missingIsBad: true,
    });
  }

  #alerts({ metrics, every }: AlarmsProps): void {
    this.#add('AlertsLate', {
      description: 'An alert has waited for ten minutes, or nobody looks for waiting alerts.',
      metric: metrics.of(METRIC.oldestPendingAlert, { period: longer(Duration.minutes(5), every) }),
      comparisonOperator: ABOVE,
      threshold: Duration.minutes(10).toSeconds(),
      evaluationPeriods: 2,
      missingIsBad: true,
    });
    this.#add('AlertsSetAside', {
      description: 'The channel refused an alert for good: nobody was told of it.',
      metric: metrics.of(METRIC.alertsSetAside),
      comparisonOperator: ABOVE,
      threshold: 0,
      evaluationPeriods: 1,
    });
  }

  /** Of one that is called all the time, failures in two of three periods: one alone the next tick mends. */
  #failing(name: string, { function: fn, seldom }: WatchedFunction): void {
    const often = { evaluationPeriods: 3, datapointsToAlarm: 2 };
    const when = { comparisonOperator: ABOVE, threshold: 0, ...(seldom ? ONCE : often) };
    this.#add(`${name}Failing`, {
      ...when,
      description: 'The function fails.',
      metric: fn.metricErrors(),
    });
    this.#add(`${name}Throttled`, {
      ...when,
      description: 'The function is not let run.',
      metric: fn.metricThrottles(),
    });
  }

  #dead(title: string, queue: sqs.IQueue): void {
    this.#add(title, {
      description: 'There is something in a dead-letter queue.',
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
      comparisonOperator: ABOVE,
      threshold: 0,
      evaluationPeriods: 1,
    });
  }

  #add(title: string, { description, missingIsBad = false, ...options }: AlarmOptions): void {
    const alarm = new cloudwatch.Alarm(this, title, {
      ...options,
      // By its name a person finds the chapter of the runbook.
      alarmName: `${Stack.of(this).stackName}-${title}`,
      alarmDescription: `${description} See "${title}" in docs/operator-runbook.md.`,
      treatMissingData: missingIsBad
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.#topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    this.alarms.push(alarm);
  }
}

function longer(a: Duration, b: Duration): Duration {
  return a.toSeconds() > b.toSeconds() ? a : b;
}
