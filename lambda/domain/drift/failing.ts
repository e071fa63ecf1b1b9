import { between, HOUR, type Timestamp } from '../time.ts';
import { troubleKindOf } from '../trouble.ts';
import type { Draft } from './draft.ts';
import { cutMiddle } from './judge.ts';
import { intervalOf } from './terms.ts';
import { type FailureReason, failureText } from './wording.ts';

const MAX_DETAIL = 240;

/**
 * A check that found nothing out. It says nothing about the tag; that nothing was found out for
 * max(3 intervals, 1 h) is an event about the watch. Only the first failure is written.
 */
export function fail(draft: Draft, reason: FailureReason, text: string): void {
  const { next, input, at } = draft;
  const detail = cutMiddle(text, MAX_DETAIL);
  const { lastChecked } = input;
  const known = lastChecked === undefined ? {} : { lastSuccess: lastChecked };
  next.failing ??= { since: failingSince(draft), reason, detail, ...known };
  if (next.open['watch.failing'] !== undefined || isOfRegistry(draft, reason)) return;
  if (between(next.failing.since, at) < Math.max(3 * intervalOf(input.terms), HOUR)) return;
  next.failing = { ...next.failing, reason, detail };
  const summary = `has had no successful check since ${next.failing.since}: ${failureText(reason)}`;
  draft.change({ kind: 'watch.failing', severity: 'medium', summary });
  draft.raise('watch.failing');
}

/** What fails alike for many tags, or asks us to wait, is told once and of the registry. */
export function isOfRegistry({ input }: Draft, reason: FailureReason): boolean {
  // A digest that waits for its proof is news about this tag.
  if (reason === 'unproven') return false;
  const kind = troubleKindOf(reason === 'absent-unconfirmed' ? 'absent' : reason);
  if (kind === 'throttled' || kind === 'quota') return true;
  const { registryTrouble } = input;
  // A registry in trouble also times out now and then.
  return registryTrouble !== undefined && (kind === registryTrouble || kind === 'unavailable');
}

export function recover(draft: Draft): void {
  delete draft.next.failing;
  const open = draft.next.open['watch.failing'];
  if (open === undefined) return;
  const summary = 'is checked successfully again';
  const { severity } = open;
  draft.change({ kind: 'watch.recovered', severity, summary, ...draft.close('watch.failing') });
}

/** A gap of our own (nobody scanned) is no failure of theirs: then it counts from the first failure. */
function failingSince({ input, at }: Draft): Timestamp {
  const { lastChecked } = input;
  if (lastChecked === undefined) return at;
  return between(lastChecked, at) <= 2 * intervalOf(input.terms) ? lastChecked : at;
}
