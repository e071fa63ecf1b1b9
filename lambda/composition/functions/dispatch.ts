import { setTimeout as pause } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createRandomIds } from '../../adapters/runtime/ids.ts';
import { createSqsQueue } from '../../adapters/sqs/index.ts';
import type { DispatchDeps } from '../../application/dispatch.ts';
import type { SelectedDeps } from '../../application/dispatch-selected.ts';
import type { FunctionSettings } from '../../settings/functions.ts';
import { CLIENT, type Common, openCommon } from './common.ts';

export interface DispatchFunction extends Pick<Common, 'clock' | 'log' | 'meter'> {
  readonly deps: DispatchDeps & SelectedDeps;
}

export function composeDispatch(settings: FunctionSettings<'dispatch'>): DispatchFunction {
  const { clock, log, meter, store } = openCommon(settings);
  const { watches, lanes, states, events, runs } = store;
  const queue = createSqsQueue({
    client: new SQSClient(CLIENT),
    queueUrl: settings.queueUrl,
    sleep: (milliseconds) => pause(milliseconds),
  });
  const ids = createRandomIds();
  return {
    clock,
    log,
    meter,
    deps: { clock, log, ids, queue, watches, lanes, states, events, runs },
  };
}
