import type { Job } from '../../../lambda/application/ports.ts';
import { scanJob } from '../../../lambda/application/scan.ts';
import { HOUR, plus } from '../../../lambda/domain/time.ts';
import type { World } from './index.ts';

/** Writes down, in order, what is sent to the queue of a world from now on. */
export function recordSent({ deps: { queue } }: World): Job[] {
  const sent: Job[] = [];
  const send = queue.send.bind(queue);
  queue.send = async (messages) => {
    sent.push(...messages.map(({ body }) => body));
    await send(messages);
  };
  return sent;
}

/** As if a worker had handled every message, in order, and checked nothing. */
export async function endRounds({ deps, clock }: World, sent: readonly Job[]): Promise<void> {
  for (const job of sent) {
    if (job.kind !== 'end-of-round') continue;
    await scanJob(deps, job, { until: plus(clock.now(), HOUR), concurrency: 1 });
  }
}
