import type { Context } from 'aws-lambda';
import { measuresOfTrust } from '../application/measures.ts';
import { refreshTrust } from '../application/refresh-trust.ts';
import type { RefreshTrustFunction } from '../composition/functions/refresh-trust.ts';
import { between, SECOND } from '../domain/time.ts';
import { beforeEnd } from './time-left.ts';

/** Brings the public-good root up to date. What goes wrong is in the report; the last good one stays. */
export function createRefreshTrustHandler({ clock, log, meter, deps }: RefreshTrustFunction) {
  return async (_event: unknown, context: Context): Promise<object> => {
    log.begin(context);
    const end = beforeEnd(clock, context, 5 * SECOND);
    const signal = AbortSignal.timeout(between(clock.now(), end));
    const report = await refreshTrust(await deps(), clock.now(), signal);
    meter.emit(measuresOfTrust(report.refreshedAt, clock.now()));
    if (report.kind === 'failed') log.error('trusted root not refreshed', { ...report });
    else log.info('trusted root', { ...report });
    return report;
  };
}
