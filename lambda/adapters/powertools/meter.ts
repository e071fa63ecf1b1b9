import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Measure, Meter } from '../../application/measures.ts';
import { NAMESPACE, PERCENTS, SECONDS } from '../../contract/metrics.ts';

/** Writes measures to the log in CloudWatch's embedded metric format: no request, no wait. */
export function createMeter(options: { readonly service: string }): Meter {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: options.service });
  return {
    emit(measures) {
      const plain = measures.filter(({ dimension }) => dimension === undefined);
      for (const { name, value } of plain) metrics.addMetric(name, unitOf(name), value);
      if (plain.length > 0) metrics.publishStoredMetrics();
      for (const { name, value, dimension } of measures) {
        if (dimension === undefined) continue;
        const single = metrics.singleMetric();
        single.addDimension(dimension.name, dimension.value);
        single.addMetric(name, unitOf(name), value);
      }
    },
  };
}

function unitOf(name: Measure['name']): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (SECONDS.includes(name)) return MetricUnit.Seconds;
  return PERCENTS.includes(name) ? MetricUnit.Percent : MetricUnit.Count;
}
