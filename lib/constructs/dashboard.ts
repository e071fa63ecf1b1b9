import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DIMENSION, METRIC, type MetricName } from '../../lambda/contract/metrics.ts';
import type { Metrics } from './metrics.ts';

export interface DashboardProps {
  readonly metrics: Metrics;
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly jobs: sqs.IQueue;
  readonly functions: Readonly<Record<string, lambda.IFunction>>;
}

/** One page that says whether Tagwarden works, and what it sees. */
export class Dashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, { metrics, alarms, jobs, functions }: DashboardProps) {
    super(scope, id);
    const of = (...names: MetricName[]) => names.map((name) => metrics.of(name));
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
    });
    this.dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({
        title: 'Alarms',
        width: 24,
        height: 3,
        alarms: [...alarms],
      }),
    );
    this.dashboard.addWidgets(
      graph('Tags looked at', of(METRIC.checked, METRIC.unchanged, METRIC.moved)),
      graph('Verdicts of new digests', of(METRIC.verified, METRIC.unsigned, METRIC.rejected)),
      graph('Nothing found out, by reason', [
        metrics.by(DIMENSION.reason, METRIC.inconclusive, 'Sum'),
      ]),
    );
    this.dashboard.addWidgets(
      graph('Alerts that wait', of(METRIC.alertsPending, METRIC.alertsSetAside)),
      graph('Oldest alert that waits, s', of(METRIC.oldestPendingAlert)),
      graph('Lanes behind, s', [
        metrics.of(METRIC.laneLag),
        metrics.by(DIMENSION.lane, METRIC.laneLag, 'Maximum'),
      ]),
    );
    this.dashboard.addWidgets(
      graph('Requests to registries', of(METRIC.registryRequests)),
      graph('Pulls left, by registry', [
        metrics.by(DIMENSION.registry, METRIC.quotaLeft, 'Minimum'),
      ]),
      graph('Jobs that wait', [jobs.metricApproximateNumberOfMessagesVisible()]),
    );
    this.dashboard.addWidgets(
      graph('Complete ticks', of(METRIC.completeTicks)),
      graph(
        'Errors',
        perFunction(functions, (fn, label) => fn.metricErrors({ label })),
      ),
      graph(
        'Duration, ms',
        perFunction(functions, (fn, label) => fn.metricDuration({ label })),
      ),
    );
  }
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}

function perFunction(
  functions: DashboardProps['functions'],
  metric: (fn: lambda.IFunction, label: string) => cloudwatch.IMetric,
): cloudwatch.IMetric[] {
  return Object.entries(functions).map(([label, fn]) => metric(fn, label));
}
