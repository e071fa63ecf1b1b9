import type { DispatchAnswer } from '../contract/dispatch-request.ts';
import type { Timestamp } from '../domain/time.ts';
import { dispatchSelected, type SelectedDeps } from './dispatch-selected.ts';
import { type JobMessage, REQUESTS_GROUP } from './ports.ts';
import { parseRequest, type SentRequest } from './request.ts';

/**
 * What the dispatch function answers to somebody who asks for something. A request that is not
 * understood changes nothing.
 *
 * @param until - when the answer must be on its way; what is left then, the answer says
 */
export async function answerRequest(
  deps: SelectedDeps,
  payload: unknown,
  until: Timestamp,
): Promise<DispatchAnswer> {
  const parsed = parseRequest(payload);
  if (!parsed.ok) return { v: 1, ok: false, problem: parsed.problem };
  const { request } = parsed;
  switch (request.kind) {
    case 'scan':
      return dispatchSelected(deps, request, until);
    case 'test-alert':
    case 'acknowledge':
      // Only scan writes events of tags and of tests.
      await deps.queue.send([messageFor(request, deps.clock.now())]);
      return { v: 1, ok: true, kind: request.kind };
  }
}

function messageFor(request: SentRequest, now: Timestamp): JobMessage {
  return {
    group: REQUESTS_GROUP,
    deduplicationId: `${request.kind}/${request.id}`,
    body: { v: 1, sentAt: now, ...request },
  };
}
