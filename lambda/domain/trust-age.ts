import { between, DAY, type Duration, type Timestamp } from './time.ts';

/** A root that came by TUF is worth a warning when nobody confirmed it for this long. */
export const STALE_AFTER: Duration = 7 * DAY;
/** After this, an authority that it does not name may well be one that it should. */
export const OUTDATED_AFTER: Duration = 30 * DAY;

export type TrustAge = 'fresh' | 'stale' | 'outdated';

/** @param refreshedAt absent for a root that did not come by TUF: such a one does not age. */
export function trustAgeOf(refreshedAt: Timestamp | undefined, now: Timestamp): TrustAge {
  if (refreshedAt === undefined) return 'fresh';
  const age = between(refreshedAt, now);
  if (age > OUTDATED_AFTER) return 'outdated';
  return age > STALE_AFTER ? 'stale' : 'fresh';
}
