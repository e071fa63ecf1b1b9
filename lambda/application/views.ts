/** Answers as data: what `-o json` of the command line prints and the history API returns, one form for both. */
import { renderAlert } from '../domain/alert.ts';
import type { EventRecord } from '../domain/event.ts';
import { NO_POLICY } from '../domain/policy.ts';
import { type HealthCheck, isHealthy } from './health.ts';
import type { RunSummary } from './runs.ts';
import type { StatusRow } from './status.ts';
import type { Stay } from './where.ts';

/** The CloudEvent that queues and functions get, so that a script knows one form. */
export function eventView(event: EventRecord, storeId: string): unknown {
  return JSON.parse(renderAlert(event, { storeId }).cloudEvent);
}

export function statusView({ tagKey, terms, state, lastChecked, inconclusive }: StatusRow) {
  return {
    tag: tagKey,
    presence: state?.presence ?? 'unknown',
    digest: state?.digest ?? null,
    since: state?.since ?? null,
    event: state === undefined || state.seq === 0 ? null : `${tagKey}#${state.seq}`,
    verdicts: terms.map(({ policy, policyName }) => {
      const record = state?.verdicts[policy];
      const known = policy === NO_POLICY && state?.digest !== undefined ? 'not-required' : null;
      const { verdict = known, reason = null, signers = [], signedAt = null } = record ?? {};
      return { policy: policyName, verdict, reason, signers, signedAt };
    }),
    acknowledged: state?.acknowledged === undefined ? null : `${tagKey}#${state.acknowledged.seq}`,
    labels: [...new Set(terms.flatMap(({ labels }) => labels))].sort(),
    lastChecked: lastChecked ?? null,
    inconclusive: inconclusive ?? null,
  };
}

export function stayView(stay: Stay) {
  return {
    digest: stay.digest,
    tag: stay.tagKey,
    event: `${stay.tagKey}#${stay.seq}`,
    role: stay.role,
    platform: stay.platform ?? null,
    tagDigest: stay.tagDigest,
    notBefore: stay.notBefore ?? null,
    firstSeen: stay.firstSeen,
    lastSeen: stay.lastSeen ?? null,
    goneBy: stay.goneBy ?? null,
  };
}

export function runView({ v: _v, ...run }: RunSummary) {
  return run;
}

export function healthView(checks: readonly HealthCheck[]) {
  return { healthy: isHealthy(checks), checks };
}
