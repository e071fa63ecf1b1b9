import type { Change, EventKind } from '../event.ts';
import type { Alarm, Suspicion } from '../state.ts';
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
  if (digest === undefined) return void fail(draft, 'absent', seen.detail);
  if (presence === 'missing') return void recover(draft);
  if (seen.canary !== 'answered') return void fail(draft, 'absent-unconfirmed', seen.detail);
  recover(draft);
  if (!isConfirmed(suspect(draft, 'missing'), CONFIRMED_OVER, draft)) return;
  delete draft.next.suspicion;
  draft.next.presence = 'missing';
  const summary = 'no longer exists in its repository';
  draft.change({ kind: 'tag.missing', severity: 'high', summary });
  draft.raise('tag.missing');
  reopen(
    draft,
    'tag.access-lost',
    'tag.access-restored',
    'is answered for again: it does not exist',
  );
}

/** 401 or 403: deleted, made private, or hidden. Never proof of a deletion. */
export function takeDenied(draft: Draft, seen: Denied): void {
  const { digest, presence } = draft.before;
  if (digest === undefined || presence === 'missing')
    return void fail(draft, 'denied', seen.detail);
  if (presence === 'access-lost') return void recover(draft);
  if (!isConfirmed(suspect(draft, 'denied'), 0, draft)) return;
  delete draft.next.suspicion;
  draft.next.presence = 'access-lost';
  const summary = 'is denied by its registry: deleted, or made private';
  draft.change({ kind: 'tag.access-lost', severity: 'medium', summary });
  draft.raise('tag.access-lost');
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
  if (known === undefined) next.suspicion = { kind, count: 1, firstAt: at, lastAt: at };
  else if (between(known.lastAt, at) >= APART) {
    next.suspicion = { ...known, count: known.count + 1, lastAt: at };
  }
  return next.suspicion ?? { kind, count: 1, firstAt: at, lastAt: at };
}

function isConfirmed({ count, firstAt }: Suspicion, over: number, { at }: Draft): boolean {
  return count >= CONFIRMATIONS && between(firstAt, at) >= over;
}
