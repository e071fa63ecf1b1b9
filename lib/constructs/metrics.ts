import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import {
  DIMENSION,
  type MetricName,
  NAMESPACE,
  PERCENTS,
  SECONDS,
} from '../../lambda/contract/metrics.ts';

/** What the functions of one deployment measure, as CloudWatch finds it. */
export class Metrics {
  readonly #service: string;

  /** @param service name of the stack */
  constructor(service: string) {
    this.#service = service;
  }

  /** Counts by their sum, shares by their average, ages by their maximum, over five minutes. */
  of(name: MetricName, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName: name,
      dimensionsMap: { [DIMENSION.service]: this.#service },
      statistic: statisticOf(name),
      period: Duration.minutes(5),
      ...options,
    });
  }

  /** One line for each value of a second dimension that was seen. */
  by(dimension: string, name: MetricName, statistic: string): cloudwatch.MathExpression {
    const of = `{${NAMESPACE},${DIMENSION.service},${dimension}}`;
    const wanted = `MetricName="${name}" ${DIMENSION.service}="${this.#service}"`;
    return new cloudwatch.MathExpression({
      expression: `SEARCH('${of} ${wanted}', '${statistic}', 300)`,
      usingMetrics: {},
      label: '',
      period: Duration.minutes(5),
    });
  }
}

function statisticOf(name: MetricName): string {
  if (SECONDS.includes(name)) return 'Maximum';
  return PERCENTS.includes(name) ? 'Average' : 'Sum';
}
