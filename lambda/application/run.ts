import type { DeliveryReport } from './deliver.ts';
import type { Deps } from './deps.ts';
import type { RunSummary } from './history.ts';
import type { Selection } from './select.ts';

export interface RunReport {
  readonly run: RunSummary;
  readonly delivery: DeliveryReport;
  /** Registries that asked for silence: not asked. */
  readonly throttled: readonly string[];
}

/** Checks the selected tags now, whatever their slots; delivers the alerts; resolves with the totals. */
export declare function runOnce(
  deps: Deps,
  options: { readonly selection?: Selection; readonly signal?: AbortSignal },
): Promise<RunReport>;

/** Scheduler, scanner and deliverer in this process, until the signal aborts; nothing is lost then. */
export declare function serve(deps: Deps, signal: AbortSignal): Promise<void>;
