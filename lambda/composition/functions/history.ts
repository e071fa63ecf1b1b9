import type { Store } from '../../adapters/dynamodb/index.ts';
import type { FunctionSettings } from '../../settings/functions.ts';
import { type Common, openCommon } from './common.ts';

export interface HistoryFunction extends Pick<Common, 'clock' | 'log'> {
  /** Only read. */
  readonly store: Pick<
    Store,
    'states' | 'events' | 'sightings' | 'watches' | 'lanes' | 'runs' | 'trust' | 'id'
  >;
}

export function composeHistory(settings: FunctionSettings<'history'>): HistoryFunction {
  const { clock, log, store } = openCommon(settings);
  return { clock, log, store };
}
