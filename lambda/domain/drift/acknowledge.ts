import { shortDigest } from '../digest.ts';
import { type Change, type Decision, type EventRecord, eventIdOf } from '../event.ts';
import type { Alarm, TagState } from '../state.ts';
import type { Timestamp } from '../time.ts';
import { finish } from './decision.ts';
import { Draft } from './draft.ts';
import type { DraftInput } from './input.ts';
import { cut, SIGNATURE_ALARMS } from './judge.ts';
import { closeOpener } from './outcome.ts';
import { isImmutable } from './terms.ts';

export interface AcknowledgeInput extends DraftInput {
  readonly state: TagState;
  /** What the person has looked at. */
  readonly event: EventRecord;
  readonly at: Timestamp;
  readonly reason: string;
  /** Of the request, so that the same one again is recognised. */
  readonly request: string;
}

export type Acknowledgement =
  | Extract<Decision, { kind: 'commit' }>
  /** Nothing is open that could be, and somebody said so before. */
  | { readonly kind: 'already'; readonly seq: number }
  | { readonly kind: 'refused'; readonly why: string };

/** What an image can be accused of, as opposed to its tag's being gone or its registry's silence. */
const ABOUT_IMAGES: readonly Alarm[] = [
  'tag.immutable-violated',
  'tag.pin-left',
  ...SIGNATURE_ALARMS,
];
const MAX_REASON = 500;
const SHOWN_REASON = 120;

/**
 * Somebody says that the digest of an event is fine on this tag: closes what is open about that
 * image, and keeps an immutable tag where it is now. No verdict changes by it, and a later change
 * of the tag or of a verdict alerts again.
 *
 * Only what was looked at can be said to be fine: a tag that has moved on since is refused.
 */
export function acknowledge(input: AcknowledgeInput): Acknowledgement {
  const { state, event } = input;
  const why = refusalOf(state, event);
  if (why !== undefined) return { kind: 'refused', why };
  const draft = new Draft(input, input.at);
  const closings = [...closeGraces(draft), ...closeAlarms(draft)];
  const before = state.acknowledged;
  if (closings.length === 0 && before?.digest === state.digest && before !== undefined) {
    return { kind: 'already', seq: before.seq };
  }
  return commit(draft, input, closings);
}

function refusalOf(state: TagState, { subject, after }: EventRecord): string | undefined {
  const digest = after?.digest;
  if (digest === undefined || subject !== state.tagKey)
    return 'the event is about no image of a tag';
  if (state.presence !== 'present') return 'the tag is not there, or cannot be read, now';
  if (state.digest !== digest) {
    const seen = eventIdOf({ subject, seq: state.sinceSeq ?? state.seq });
    const now = state.digest === undefined ? 'elsewhere' : `at ${shortDigest(state.digest)}`;
    return `the tag is ${now} since then: look at ${seen}, and acknowledge that`;
  }
  return state.proven ? undefined : 'only a header names this digest: no bytes have proved it yet';
}

type Closing = Required<Pick<Change, 'resolves' | 'severity'>>;

/** A verdict that is awaited is not awaited any more; a loss in the making is no news yet. */
function closeGraces(draft: Draft): Closing[] {
  const { next } = draft;
  const over = next.grace.filter(({ losing }) => losing === undefined);
  next.grace = next.grace.filter((grace) => !over.includes(grace));
  return over.flatMap((grace) => closeOpener(draft, grace));
}

function closeAlarms(draft: Draft): Closing[] {
  return ABOUT_IMAGES.flatMap((alarm) => {
    const open = draft.next.open[alarm];
    if (open === undefined) return [];
    const { resolves } = draft.close(alarm);
    return resolves === undefined ? [] : [{ resolves, severity: open.severity }];
  });
}

function commit(
  draft: Draft,
  { state, event, reason, request, terms }: AcknowledgeInput,
  closings: readonly Closing[],
): Acknowledgement {
  const { next, seq, at } = draft;
  const kind = 'tag.acknowledged';
  const summary = `is acknowledged: ${cut(reason, SHOWN_REASON)}`;
  const [first, ...others] = closings;
  draft.change({ kind, severity: 'info', summary, ...first });
  for (const closing of others) {
    draft.change({ kind, summary: 'closes another alarm of this image', ...closing });
  }
  if (state.digest !== undefined) next.acknowledged = { digest: state.digest, seq, at };
  if (isImmutable(terms) && state.digest !== undefined) next.pinnedTo = state.digest;
  const decision = finish(draft);
  if (decision.kind !== 'commit') return { kind: 'refused', why: 'there is nothing to write' };
  const data = { reason: cut(reason, MAX_REASON), acknowledges: eventIdOf(event), request };
  return { kind: 'commit', event: { ...decision.event, data } };
}
