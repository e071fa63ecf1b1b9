import { shortDigest } from '../digest.ts';
import type { Change } from '../event.ts';
import { mostSevere } from '../severity.ts';
import type { Grace } from '../state.ts';
import type { Draft } from './draft.ts';
import { isGood, severityOf } from './judge.ts';
import { closeOpener } from './outcome.ts';
import { requirementsOf } from './terms.ts';
import { verdictClause } from './wording.ts';

/**
 * What the move away from the old digest ends: verdicts that nobody was told of yet, and the alarm
 * about the old digest. An attacker who serves an unsigned image for less than the grace is told of.
 */
export function leaveOldDigest(draft: Draft): void {
  for (const grace of draft.before.grace) draft.change(leftPending(draft, grace));
  const alarm = draft.signatureAlarm();
  if (alarm === undefined) return;
  const resolves = draft.close(alarm.alarm);
  if (resolves.resolves === undefined) return;
  const { severity } = alarm.open;
  if (isClear(draft)) {
    const summary = 'points at an image that its policy accepts';
    draft.change({ kind: 'signature.gained', severity, summary, ...resolves });
  } else {
    const summary = 'left the image of an open alarm for one that is not verified';
    draft.change({ kind: 'tag.moved', severity, summary, ...resolves });
  }
}

function leftPending(draft: Draft, grace: Grace): Change {
  const record = draft.before.verdicts[grace.policy] ?? { verdict: 'inconclusive' as const };
  const image = shortDigest(grace.digest);
  const losing = grace.losing !== undefined;
  const closing = closeOpener(draft, grace)[0];
  const severity = isGood(record) ? 'medium' : severityOf(record);
  return {
    kind: 'tag.moved',
    summary: losing
      ? `left ${image} while its signature was no longer served`
      : `left ${image} before its verdict was final: ${verdictClause(record)}`,
    policy: grace.policy,
    verdictTo: record.verdict,
    ...closing,
    severity: mostSevere([severity, closing?.severity ?? severity]),
  };
}

/** Every policy accepts the digest that the tag points at now; what is awaited is not accepted yet. */
export function isClear({ next, input }: Draft): boolean {
  const records = requirementsOf(input.terms).map(({ policy }) => next.verdicts[policy]);
  return records.every((record) => record !== undefined && isGood(record));
}
