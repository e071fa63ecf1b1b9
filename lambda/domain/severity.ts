export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The severity of an event is the maximum of what its changes deserve (design, "Events"). */
export function mostSevere(severities: readonly Severity[]): Severity {
  return severities.reduce<Severity>(
    (worst, next) => (severityRank(next) > severityRank(worst) ? next : worst),
    'info',
  );
}
