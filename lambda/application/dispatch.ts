import type { Timestamp } from '../domain/time.ts';
import type { Deps } from './deps.ts';

export interface DispatchReport {
  readonly tick: Timestamp;
  readonly jobs: number;
  readonly pending: number;
  /** Lanes whose round is still under way, or whose registry asked for silence. */
  readonly busy: readonly string[];
  readonly throttled: readonly string[];
}

type DispatchDeps = Pick<
  Deps,
  'watches' | 'lanes' | 'states' | 'events' | 'runs' | 'queue' | 'ids' | 'log' | 'onCommit'
>;

export declare function dispatch(deps: DispatchDeps, now: Timestamp): Promise<DispatchReport>;
