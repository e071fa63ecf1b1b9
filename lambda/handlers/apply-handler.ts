import type { Context } from 'aws-lambda';
import { applyDeployment } from '../application/apply/deployment.ts';
import { pacedWriter } from '../application/apply/paced-writer.ts';
import { inTime, whenGranted } from '../application/apply/patience.ts';
import type { ApplyReport } from '../application/apply.ts';
import type { ApplyEntry } from '../composition/functions/apply.ts';
import { messageOf } from '../domain/errors.ts';
import { between, MINUTE } from '../domain/time.ts';
import { deserializeWatchlist } from '../domain/watchlist/compiled.ts';
import {
  type CustomResourceRequest,
  readApplyProperties,
  readCustomResourceRequest,
} from './custom-resource.ts';
import { beforeEnd } from './time-left.ts';

/** It never changes: CloudFormation deletes what changes its id. */
const PHYSICAL_ID = 'tagwarden-watchlist';
/** An answer has at most 4,096 bytes. */
const LONGEST_REASON = 2_000;
/** Below what one partition of a new table takes: most tags may be of one registry. */
const BYTES_PER_SECOND = 800 * 1024;

/**
 * The watch list of a deployment, as a custom resource. Whatever happens is answered, a minute before
 * the function's time is over, because a deployment that hears nothing hangs. Deleting the resource
 * leaves what is watched as it is: the table outlives the stack.
 */
export function createApplyHandler(entry: ApplyEntry) {
  return async (event: unknown, context: Context): Promise<void> => {
    const request = readCustomResourceRequest(event);
    const { ResponseURL, StackId, RequestId, LogicalResourceId } = request;
    const about = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: PHYSICAL_ID };
    const outcome = await outcomeOf(entry, request, context).then(
      (Data) => ({ Status: 'SUCCESS' as const, Data }),
      (thrown) => ({ Status: 'FAILED' as const, Reason: reasonOf(thrown) }),
    );
    await entry.answer(ResponseURL, { ...about, ...outcome });
  };
}

function reasonOf(thrown: unknown): string {
  return messageOf(thrown).slice(0, LONGEST_REASON);
}

async function outcomeOf(
  entry: ApplyEntry,
  { RequestType, ResourceProperties }: CustomResourceRequest,
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  if (RequestType === 'Delete') return {};
  const left = between(entry.clock.now(), beforeEnd(entry.clock, context, MINUTE));
  return inTime(entry.clock, left, async (signal) => {
    const { log } = entry.open();
    log.begin(context);
    const parts = { clock: entry.clock, log };
    const report = await whenGranted(parts, signal, () => apply(entry, ResourceProperties, signal));
    const told = summaryOf(report);
    log.info('watch list applied', told);
    return told;
  });
}

async function apply(
  { clock, open }: ApplyEntry,
  resourceProperties: unknown,
  signal: AbortSignal,
): Promise<ApplyReport> {
  const { deps, read } = open();
  const properties = readApplyProperties(resourceProperties);
  const { WatchlistBucket: bucket, WatchlistKey: key, WatchlistHash: hash } = properties;
  const compiled = deserializeWatchlist(await read({ bucket, key }), hash);
  const allowRemovals = properties.AllowRemovals === 'true';
  const writer = pacedWriter({ clock, signal, bytesPerSecond: BYTES_PER_SECOND });
  return applyDeployment(deps, compiled, { hash, allowRemovals }, writer);
}

/** Attributes of the resource. */
function summaryOf({ added, changed, removed, unchanged }: ApplyReport): Record<string, string> {
  return {
    Added: String(added.length),
    Changed: String(changed.length),
    Removed: String(removed.length),
    Unchanged: String(unchanged),
  };
}
