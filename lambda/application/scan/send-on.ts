import type { Deps } from '../deps.ts';
import { updateLane } from '../lanes.ts';
import type { CheckJob, JobMessage } from '../ports.ts';

/**
 * Sends the jobs that a job leaves, each an `id` and what differs from that job. The lane knows of
 * them first: the end marker of their round may be in front of them and must not end it.
 */
export async function sendOn(
  { lanes, queue }: Pick<Deps, 'lanes' | 'queue'>,
  job: CheckJob,
  parts: readonly { readonly deduplicationId: string; readonly changes: Partial<CheckJob> }[],
): Promise<void> {
  if (parts.length === 0) return;
  const { round, unit } = job;
  const depth = (job.depth ?? 0) + 1;
  if (round !== undefined) {
    await updateLane(lanes, unit.lane, (lane) =>
      lane?.round !== round || (lane.depth ?? 0) >= depth ? undefined : { ...lane, depth },
    );
  }
  await queue.send(
    parts.map(
      ({ deduplicationId, changes }): JobMessage => ({
        group: unit.lane,
        deduplicationId,
        body: { ...job, ...changes, depth },
      }),
    ),
  );
}
