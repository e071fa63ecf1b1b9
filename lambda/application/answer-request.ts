import type { DispatchAnswer } from '../contract/dispatch-request.ts';
import type { Timestamp } from '../domain/time.ts';
import { dispatchSelected, type SelectedDeps } from './dispatch-selected.ts';
import { type JobMessage, REQUESTS_GROUP, type TestAlert } from './ports.ts';
import { parseRequest } from './request.ts';

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
      await deps.queue.send([testAlert(request, deps.clock.now())]);
      return { v: 1, ok: true, kind: request.kind };
  }
}

function testAlert(request: Omit<TestAlert, 'v' | 'sentAt'>, now: Timestamp): JobMessage {
  return {
    group: REQUESTS_GROUP,
    deduplicationId: `test-alert/${request.id}`,
    body: { v: 1, sentAt: now, ...request },
  };
}
