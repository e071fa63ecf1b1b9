import { PUBLIC_GOOD } from '../../domain/policy.ts';
import { ageOf, type Timestamp } from '../../domain/time.ts';
import { trustAgeOf } from '../../domain/trust-age.ts';
import type { HealthCheck, HealthDeps } from '../health.ts';

/** Whether the keys of Sigstore are those of today. A root that came with the release does not age by itself. */
export async function checkTrustRoot({ trust }: HealthDeps, now: Timestamp): Promise<HealthCheck> {
  const check = 'trust root';
  const refreshedAt = await trust.refreshedAt?.(PUBLIC_GOOD);
  const problem = (await trust.refresh(PUBLIC_GOOD))?.problem;
  const failed = problem === undefined ? '' : `; the last refresh failed: ${problem}`;
  if (refreshedAt === undefined) {
    return { check, ok: problem === undefined, detail: `the one of this version${failed}` };
  }
  const ok = trustAgeOf(refreshedAt, now) === 'fresh';
  return { check, ok, detail: `refreshed ${ageOf(refreshedAt, now)} ago${failed}` };
}
