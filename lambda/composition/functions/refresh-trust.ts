import type { RefreshDeps } from '../../application/refresh-trust.ts';
import type { FunctionSettings } from '../../settings/functions.ts';
import { createTrustRefresher } from '../trust.ts';
import { type Common, openCommon } from './common.ts';

export interface RefreshTrustFunction extends Pick<Common, 'clock' | 'log' | 'meter'> {
  readonly deps: () => Promise<RefreshDeps>;
}

export function composeRefreshTrust(
  settings: FunctionSettings<'refreshTrust'>,
): RefreshTrustFunction {
  const { clock, log, meter, store } = openCommon(settings);
  return { clock, log, meter, deps: () => createTrustRefresher(store.trust, log) };
}
