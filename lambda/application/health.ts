import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';
import { checkAlerts } from './health/alerts.ts';
import { checkRegistries } from './health/registries.ts';
import { checkSchedule } from './health/schedule.ts';
import { checkTrustRoot } from './health/trust-root.ts';

/** One thing that must be so for alerts to be worth their name. */
export interface HealthCheck {
  readonly check:
    | 'schedule'
    | 'lag'
    | 'alerts'
    | 'registries'
    | 'trust root'
    | 'dead letters'
    | 'subscriptions';
  readonly ok: boolean;
  /** For a person: what was found, and what to do about it where it is not ok. */
  readonly detail: string;
}

export type HealthDeps = Pick<Deps, 'watches' | 'lanes' | 'runs' | 'events' | 'trust'>;

/** What the store alone says about whether everything runs, in the order of the pipeline. */
export async function healthOf(deps: HealthDeps, now: Timestamp): Promise<readonly HealthCheck[]> {
  return [
    ...(await checkSchedule(deps, now)),
    await checkRegistries(deps, now),
    await checkAlerts(deps, now),
    await checkTrustRoot(deps, now),
  ];
}

export function isHealthy(checks: readonly HealthCheck[]): boolean {
  return checks.every(({ ok }) => ok);
}
