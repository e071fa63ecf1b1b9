import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStore, type Store } from '../../adapters/dynamodb/index.ts';
import {
  createFunctionLogger,
  createMeter,
  type FunctionLogger,
} from '../../adapters/powertools/index.ts';
import { createSystemClock } from '../../adapters/runtime/clock.ts';
import type { Meter } from '../../application/measures.ts';
import type { Clock } from '../../application/ports.ts';

/*
 * What every function has. Built once for a container; connections and tokens outlive an
 * invocation. Only what a function needs is imported by its own file here: everything that is
 * imported is in its bundle and in its cold start.
 */

export interface Common {
  readonly clock: Clock;
  readonly log: FunctionLogger;
  readonly meter: Meter;
  readonly store: Store;
}

/** Of every client: a request that hangs must not take the function with it. */
export const CLIENT = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
  },
} as const;

export function openCommon(settings: {
  readonly stack: string;
  readonly table: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}): Common {
  const clock = createSystemClock();
  const client = new DynamoDBClient(CLIENT);
  return {
    clock,
    log: createFunctionLogger({ service: settings.stack, level: settings.logLevel }),
    meter: createMeter({ service: settings.stack }),
    store: createStore(client, { tableName: settings.table, now: () => clock.now() }),
  };
}
