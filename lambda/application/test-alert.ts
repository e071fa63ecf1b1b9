import type { EventRecord } from '../domain/event.ts';
import { NO_POLICY } from '../domain/policy.ts';
import type { Deps } from './deps.ts';
import { commitNote } from './note.ts';
import type { TestAlert } from './ports.ts';

export function testSubjectOf(id: string): string {
  return `test:${id}`;
}

/**
 * Commits an `alert.test`, which goes the way of every alert. The same id again changes nothing.
 *
 * @returns the event, be it the one of an earlier delivery
 */
export async function raiseTestAlert(
  deps: Pick<Deps, 'events' | 'ids' | 'onCommit' | 'clock'>,
  { id, severity, labels }: Pick<TestAlert, 'id' | 'severity' | 'labels'>,
): Promise<EventRecord | undefined> {
  const subject = testSubjectOf(id);
  const known = await deps.events.get(subject, 1);
  if (known !== undefined) return known;
  const summary = 'is a test of the alerts';
  // It has the labels of no watch; filters find them where those of watches are.
  const watch = { id: 'test', policyName: 'none', policy: NO_POLICY, immutable: false, labels };
  const committed = await commitNote(
    deps,
    {
      ...{ subject, kind: 'alert.test', severity, state: 'note', alert: true },
      changes: [{ kind: 'alert.test', severity, summary }],
      watches: labels.length === 0 ? [] : [watch],
    },
    undefined,
    deps.clock.now(),
  );
  return committed ?? deps.events.get(subject, 1);
}
