import { type Duration, MINUTE, type Timestamp } from '../../domain/time.ts';
import { backlogOf } from '../deliver/backlog.ts';
import type { HealthCheck, HealthDeps } from '../health.ts';

/** An alert that waits longer has met more than one failed attempt. */
const LATE: Duration = 15 * MINUTE;

/** Whether what was committed is told. */
export async function checkAlerts(deps: HealthDeps, now: Timestamp): Promise<HealthCheck> {
  const { pending, oldest } = await backlogOf(deps, now);
  const waiting =
    pending === 0
      ? 'none waits'
      : `${pending} wait, the oldest for ${Math.floor(oldest / MINUTE)} min`;
  const ok = oldest <= LATE;
  return { check: 'alerts', ok, detail: ok ? waiting : `${waiting}: nothing delivers them` };
}
