/** What the functions tell of themselves as numbers: reports of the use cases as metrics. */
import { DIMENSION, METRIC, type MetricName } from '../contract/metrics.ts';
import { between, type Duration, MINUTE, SECOND, type Timestamp } from '../domain/time.ts';
import type { Backlog } from './deliver/backlog.ts';
import type { DeliveryReport } from './deliver.ts';
import type { DispatchReport } from './dispatch.ts';
import type { Totals } from './ports.ts';

export interface Measure {
  readonly name: MetricName;
  readonly value: number;
  /** Beside `service`. */
  readonly dimension?: { readonly name: string; readonly value: string };
}

export interface Meter {
  emit(measures: readonly Measure[]): void;
}

/** Each is billed as a metric of its own: the few that matter most. */
const MOST_VALUES = 10;
/** A round that was just sent, or is worked in time, is no lag worth a metric of its own. */
const LAGS: Duration = 2 * MINUTE;

/** Everything was sent that is due, and what was sent before is being worked. */
function isComplete({ failed, stalled }: DispatchReport): boolean {
  return failed.size === 0 && stalled.length === 0;
}

export function measuresOfDispatch(report: DispatchReport): Measure[] {
  const longest = Math.max(0, ...report.lags.values());
  const lagging = [...report.lags].filter(([, lag]) => lag > LAGS).sort(([, a], [, b]) => b - a);
  return [
    { name: METRIC.completeTicks, value: isComplete(report) ? 1 : 0 },
    { name: METRIC.laneLag, value: seconds(longest) },
    ...lagging.slice(0, MOST_VALUES).map(([lane, lag]) => ({
      name: METRIC.laneLag,
      value: seconds(lag),
      dimension: { name: DIMENSION.lane, value: lane },
    })),
  ];
}

export function measuresOfScan(totals: Totals): Measure[] {
  const reasons = Object.entries(totals.inconclusive).filter(([, count]) => count > 0);
  const { checked, unchanged, moved, verified, unsigned, rejected } = totals;
  if (checked === 0 && reasons.length === 0) return [];
  const inconclusive = reasons.reduce((sum, [, count]) => sum + count, 0);
  return [
    { name: METRIC.checked, value: checked },
    { name: METRIC.unchanged, value: unchanged },
    { name: METRIC.moved, value: moved },
    { name: METRIC.verified, value: verified },
    { name: METRIC.unsigned, value: unsigned },
    { name: METRIC.rejected, value: rejected },
    { name: METRIC.inconclusive, value: inconclusive },
    { name: METRIC.inconclusiveShare, value: percentOf(inconclusive, checked) },
    ...reasons.map(([reason, value]) => ({
      name: METRIC.inconclusive,
      value,
      dimension: { name: DIMENSION.reason, value: reason },
    })),
  ];
}

function percentOf(part: number, whole: number): number {
  return Math.min(100, Math.round((100 * part) / Math.max(1, whole)));
}

/** What was asked of registries since the last time, and what they said is left. */
export interface RegistryUse {
  readonly requests: number;
  /** Least that each said, by registry. */
  readonly quotas: ReadonlyMap<string, number>;
}

export function measuresOfRegistries({ requests, quotas }: RegistryUse): Measure[] {
  const scarce = [...quotas].sort(([, a], [, b]) => a - b).slice(0, MOST_VALUES);
  return [
    ...(requests === 0 ? [] : [{ name: METRIC.registryRequests, value: requests }]),
    ...scarce.map(([registry, value]) => ({
      name: METRIC.quotaLeft,
      value,
      dimension: { name: DIMENSION.registry, value: registry },
    })),
  ];
}

export function measuresOfDelivery({ setAside }: DeliveryReport): Measure[] {
  return [{ name: METRIC.alertsSetAside, value: setAside }];
}

export function measuresOfBacklog({ pending, oldest }: Backlog): Measure[] {
  return [
    { name: METRIC.alertsPending, value: pending },
    { name: METRIC.oldestPendingAlert, value: seconds(oldest) },
  ];
}

/** A root of which nobody knows when it was last confirmed has no age. */
export function measuresOfTrust(refreshedAt: Timestamp | undefined, now: Timestamp): Measure[] {
  if (refreshedAt === undefined) return [];
  return [{ name: METRIC.trustRootAge, value: seconds(Math.max(0, between(refreshedAt, now))) }];
}

function seconds(duration: Duration): number {
  return Math.round(duration / SECOND);
}
