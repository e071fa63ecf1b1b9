import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';

export interface DeliveryReport {
  readonly delivered: number;
  /** Events without an alert that lost their mark. */
  readonly silent: number;
  readonly deferred: number;
  readonly setAside: number;
}

type DeliverDeps = Pick<Deps, 'events' | 'publisher' | 'log' | 'storeId'>;

export declare function deliver(deps: DeliverDeps, now: Timestamp): Promise<DeliveryReport>;
