import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Deliverer } from './constructs/deliverer.ts';
import { Dispatcher } from './constructs/dispatcher.ts';
import { HistoryApi } from './constructs/history-api.ts';
import { Scanner } from './constructs/scanner.ts';
import type { FunctionDefaults } from './constructs/tagwarden-function.ts';
import { TrustRefresher } from './constructs/trust-refresher.ts';
import { WatchlistApplier } from './constructs/watchlist-applier.ts';
import type { Stores } from './stores.ts';
import type { TagwardenProps } from './tagwarden-props.ts';

/** What works with what the stores hold. */
export interface Functions {
  readonly dispatch: Dispatcher;
  readonly scan: Scanner;
  readonly deliver: Deliverer;
  readonly history: HistoryApi;
  readonly refreshTrust: TrustRefresher;
  /** Absent where the watch list is not the deployment's. */
  readonly apply?: WatchlistApplier;
}

interface Common {
  readonly stores: Stores;
  readonly defaults: FunctionDefaults;
  /** Time between two ticks. */
  readonly every: Duration;
}

/** The ids are part of the logical ids of what people have deployed: they do not change. */
export function createFunctions(
  scope: Construct,
  props: TagwardenProps,
  { stores, defaults, every }: Common,
): Functions {
  const { events, jobs, credentials, alerts, chat, tickDeadLetters, streamDeadLetters } = stores;
  const common = { ...defaults, events };
  return {
    dispatch: new Dispatcher(scope, 'Dispatcher', {
      ...common,
      ...{ jobs, every, deadLetters: tickDeadLetters },
    }),
    scan: new Scanner(scope, 'Scanner', {
      ...common,
      ...{ jobs, credentials },
      ecrRepositories: props.ecrRepositories ?? [],
      ecrPublic: props.ecrPublic ?? false,
      concurrency: props.scanConcurrency ?? 5,
      ...(props.vpc && { vpc: props.vpc }),
    }),
    deliver: new Deliverer(scope, 'Deliverer', {
      ...common,
      ...{ alerts, every, tickDeadLetters, streamDeadLetters },
      ...(chat && { chat }),
    }),
    history: new HistoryApi(scope, 'History', common),
    refreshTrust: new TrustRefresher(scope, 'TrustRefresher', {
      ...common,
      deadLetters: tickDeadLetters,
    }),
    ...(props.watchlist !== 'external' && {
      apply: new WatchlistApplier(scope, 'Applier', {
        ...common,
        watchlist: props.watchlist,
        allowRemovals: props.allowRemovals ?? false,
      }),
    }),
  };
}

/** By what people call them. */
export function lambdasOf(functions: Functions): Readonly<Record<string, lambda.IFunction>> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, { function: fn }]) => [name, fn as lambda.IFunction]),
  );
}
