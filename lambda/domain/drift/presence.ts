import type { Change, EventKind } from '../event.ts';
import type { Severity } from '../severity.ts';
import type { Alarm, Suspicion, TagState } from '../state.ts';
import { between, MINUTE } from '../time.ts';
import type { Draft } from './draft.ts';
import { fail, recover } from './failing.ts';
import type { DriftInput } from './input.ts';

type Absent = Extract<DriftInput['observation'], { kind: 'absent' }>;
type Denied = Extract<DriftInput['observation'], { kind: 'denied' }>;

/** Confirmations before a tag counts as missing or closed to us (facts on registries, section 6). */
export const CONFIRMATIONS = 3;
export const CONFIRMED_OVER = 30 * MINUTE;
/** Closer together they would be one answer seen twice: a job that was delivered again. */
const APART = MINUTE;

/** An OCI 404. It only counts when the same repository answered for something else at the same time. */
export function takeAbsent(draft: Draft, seen: Absent): void {
  const { digest, presence } = draft.before;
  if (digest === undefined) fail(draft, 'absent', seen.detail);
  else if (presence === 'missing') recover(draft);
  else if (seen.canary !== 'answered') fail(draft, 'absent-unconfirmed', seen.detail);
  else suspectMissing(draft);
}

function suspectMissing(draft: Draft): void {
  recover(draft);
  if (!isConfirmed(suspect(draft, 'missing'), CONFIRMED_OVER, draft)) return;
  lose(draft, 'missing', 'tag.missing', 'high', 'no longer exists in its repository');
  reopen(draft, 'tag.access-lost', 'tag.access-restored', 'is answered for again: not found');
}

/** 401 or 403: deleted, made private, or hidden. Never proof of a deletion. */
export function takeDenied(draft: Draft, seen: Denied): void {
  const { digest, presence } = draft.before;
  if (digest === undefined || presence === 'missing') fail(draft, 'denied', seen.detail);
  else if (presence === 'access-lost') recover(draft);
  else if (isConfirmed(suspect(draft, 'denied'), 0, draft)) {
    const summary = 'is denied by its registry: deleted, or made private';
    lose(draft, 'access-lost', 'tag.access-lost', 'medium', summary);
  }
}

function lose(
  draft: Draft,
  presence: TagState['presence'],
  kind: 'tag.missing' | 'tag.access-lost',
  severity: Severity,
  summary: string,
): void {
  delete draft.next.suspicion;
  draft.next.presence = presence;
  draft.change({ kind, severity, summary });
  draft.raise(kind);
}

/** The tag is there: what was suspected or told of its absence is over. */
export function takePresence(draft: Draft): void {
  delete draft.next.suspicion;
  draft.next.presence = 'present';
  reopen(draft, 'tag.missing', 'tag.restored', 'exists again');
  reopen(draft, 'tag.access-lost', 'tag.access-restored', 'can be read again');
}

function reopen(draft: Draft, alarm: Alarm, kind: EventKind, summary: Change['summary']): void {
  const open = draft.next.open[alarm];
  if (open === undefined) return;
  draft.change({ kind, severity: open.severity, summary, ...draft.close(alarm) });
}

function suspect({ next, at }: Draft, kind: Suspicion['kind']): Suspicion {
  const known = next.suspicion?.kind === kind ? next.suspicion : undefined;
  const suspicion = known ?? { kind, count: 0, firstAt: at, lastAt: at };
  if (known !== undefined && between(known.lastAt, at) < APART) return known;
  next.suspicion = { ...suspicion, count: suspicion.count + 1, lastAt: at };
  return next.suspicion;
}

function isConfirmed({ count, firstAt }: Suspicion, over: number, { at }: Draft): boolean {
  return count >= CONFIRMATIONS && between(firstAt, at) >= over;
}
