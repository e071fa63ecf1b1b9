import { messageOf } from '../../domain/errors.ts';
import { between, DAY, type Duration, HOUR, type Timestamp } from '../../domain/time.ts';
import { trustAgeOf } from '../../domain/trust-age.ts';
import type { Clock } from '../ports.ts';
import { type RefreshDeps, type RefreshReport, refreshTrust } from '../refresh-trust.ts';

export type TrustLoopDeps = RefreshDeps & { readonly clock: Clock };

/**
 * Refreshes a trusted root once a day, and every hour while that fails, until the signal aborts.
 * Nothing waits for it; where there is no network the shipped root goes on as it is.
 */
export async function keepTrustFresh(deps: TrustLoopDeps, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  try {
    await clock.sleep(await untilDue(deps), signal);
    for (;;) {
      const report = await refreshTrust(deps, clock.now(), signal);
      signal.throwIfAborted();
      tell(deps, report);
      await clock.sleep(report.kind === 'failed' ? HOUR : DAY, signal);
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** By what is stored, so that a process that is started often asks no more often. */
async function untilDue({ trust, name, clock, log }: TrustLoopDeps): Promise<Duration> {
  try {
    const known = await trust.refresh(name);
    if (known === undefined) return 0;
    const every = known.problem === undefined ? DAY : HOUR;
    const since = between(known.triedAt, clock.now());
    return since < 0 ? 0 : Math.max(0, every - since);
  } catch (thrown) {
    log.debug('trust root refresh not read', { name, why: messageOf(thrown) });
    return 0;
  }
}

/** A laptop without network is no trouble; a repository that must not be believed is. */
function tell({ log, clock }: TrustLoopDeps, report: RefreshReport): void {
  if (report.kind !== 'failed') {
    log.debug('trust root refreshed', { ...report });
    return;
  }
  const serious = report.reason === 'refused' || report.reason === 'unsound';
  const level = serious || isOld(report.refreshedAt, clock.now()) ? 'warn' : 'debug';
  log[level]('trust root not refreshed', { ...report });
}

function isOld(refreshedAt: Timestamp | undefined, now: Timestamp): boolean {
  return trustAgeOf(refreshedAt, now) !== 'fresh';
}
