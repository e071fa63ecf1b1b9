import { eventView } from '../lambda/application/views.ts';
import { verdictText } from '../lambda/domain/alert/headline.ts';
import { shortDigest } from '../lambda/domain/digest.ts';
import type { EventRecord } from '../lambda/domain/event.ts';
import type { RowShape } from './output.ts';
import { shortTime } from './times.ts';

/** Events in a table; `subject` is left out where all have the same. */
export function eventShape(
  storeId: string,
  options: { subject: boolean; none: string },
): RowShape<EventRecord> {
  return {
    columns: [
      ...(options.subject ? ['event'] : ['#']),
      ...['time (utc)', 'severity', 'kind', 'digest', 'verdict', 'remark'],
    ],
    cells: (event) => [
      options.subject ? `${event.subject}#${event.seq}` : String(event.seq),
      shortTime(event.at),
      event.severity,
      event.kind,
      digestsOf(event),
      event.now === undefined ? '' : verdictText(event.now),
      remarkOf(event),
    ],
    data: (event) => eventView(event, storeId),
    none: options.none,
  };
}

function digestsOf({ was, now }: EventRecord): string {
  const shown = [was, now].map((view) => (view?.digest ? shortDigest(view.digest, 12) : ''));
  return [...new Set(shown)].filter((digest) => digest !== '').join(' → ');
}

function remarkOf({ changes, state, resolves, alert }: EventRecord): string {
  const remarks = [
    changes.some(({ rollback }) => rollback === true) ? 'rollback' : '',
    state === 'closed' && resolves !== undefined
      ? `closes #${resolves.slice(resolves.lastIndexOf('#') + 1)}`
      : '',
    alert ? '' : 'not alerted',
  ];
  return remarks.filter((remark) => remark !== '').join(', ');
}
