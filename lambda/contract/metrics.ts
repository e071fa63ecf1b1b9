/**
 * What the functions measure and the alarms watch. Every metric has the dimension `service`, which
 * tells two stacks of one account apart; what has a second dimension is also there without it.
 * CloudWatch bills each combination by the month: cardinality is bounded where it is emitted.
 */
export const NAMESPACE = 'Tagwarden';

export const DIMENSION = {
  /** The name of the stack. */
  service: 'service',
  /** Why a check found nothing out (`timeout`, `throttled`, …): a fixed set. */
  reason: 'reason',
  /** Of {@link METRIC.laneLag}: the few lanes that lag most, and only those that lag. */
  lane: 'lane',
  /** Of {@link METRIC.quotaLeft}: registries that announce one, the few that have least. */
  registry: 'registry',
} as const;

/** Name and unit of each; counts are to be summed, shares averaged, everything else looked at by its maximum or minimum. */
export const METRIC = {
  /** Tags that were looked at. */
  checked: 'Checked',
  /** Of these, tags that point where they did. */
  unchanged: 'Unchanged',
  /** Of these, tags that point elsewhere. */
  moved: 'Moved',
  /** Of these, tags about which nothing was found out; also by `reason`. */
  inconclusive: 'Inconclusive',
  /** Percent of the tags of a job about which nothing was found out. The average counts. */
  inconclusiveShare: 'InconclusiveShare',
  /** Digests that were verified, by their verdict. */
  verified: 'Verified',
  unsigned: 'Unsigned',
  rejected: 'Rejected',
  /** Requests to registries, their token servers and storage. */
  registryRequests: 'RegistryRequests',
  /** Pulls that a registry said are left; the minimum counts. By `registry` only. */
  quotaLeft: 'QuotaLeft',
  /**
   * 1 for every tick that did all it had to: every lane was read and filled, or is being worked. A tick
   * without anything due is complete; one with a lane whose round nobody works any more is not.
   */
  completeTicks: 'CompleteTicks',
  /** Seconds that the lane that lags most is behind; also by `lane`. The maximum counts. */
  laneLag: 'LaneLag',
  /** Alerts, and effects of events, that are not delivered yet. */
  alertsPending: 'AlertsPending',
  /** Seconds since the event of the oldest of them; 0 when there is none. */
  oldestPendingAlert: 'OldestPendingAlertAge',
  /** Alerts that the channel refused for good: each needs a person. */
  alertsSetAside: 'AlertsSetAside',
  /** Seconds since the public-good trusted root was last refreshed. */
  trustRootAge: 'TrustRootAge',
} as const;

export type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** Units, as CloudWatch spells them; what is not here is a count. */
export const SECONDS: readonly MetricName[] = [
  METRIC.laneLag,
  METRIC.oldestPendingAlert,
  METRIC.trustRootAge,
];

export const PERCENTS: readonly MetricName[] = [METRIC.inconclusiveShare];
