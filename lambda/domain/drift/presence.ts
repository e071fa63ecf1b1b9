import type { Change, EventKind } from '../event.ts';
import type { Severity } from '../severity.ts';
import type { Alarm, Suspicion, TagState } from '../state.ts';
import { between, MINUTE } from '../time.ts';
import type { Draft } from './draft.ts';
import { fail, isOfRegistry, recover } from './failing.ts';
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
  else if (seen.canary !== 'answered' || isOfRegistry(draft, 'absent'))
    fail(draft, 'absent-unconfirmed', seen.detail);
  else suspectMissing(draft);
}

function suspectMissing(draft: Draft): void {
  recover(draft);
  if (!isConfirmed(suspect(draft, 'missing'), draft)) return;
  lose(draft, 'missing', 'tag.missing', 'high', 'no longer exists in its repository');
  reopen(draft, 'tag.access-lost', 'tag.access-restored', 'is answered for again: not found');
}

/** 401 or 403: deleted, made private, or hidden. Never proof of a deletion. */
export function takeDenied(draft: Draft, seen: Denied): void {
  const { digest, presence } = draft.before;
  if (digest === undefined || presence === 'missing') fail(draft, 'denied', seen.detail);
  else if (presence === 'access-lost') denyAgain(draft);
  else if (isOfRegistry(draft, 'denied')) fail(draft, 'denied', seen.detail);
  else if (suspect(draft, 'denied').unread >= CONFIRMATIONS) {
    const summary = 'is denied by its registry: deleted, or made private';
    recover(draft);
    lose(draft, 'access-lost', 'tag.access-lost', 'medium', summary);
  }
}

/** The registry answers as was told; a "not found" that it said in between is taken back. */
function denyAgain(draft: Draft): void {
  delete draft.next.suspicion;
  recover(draft);
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

/**
 * Counts answers of one kind, and those of both: a registry that says "not found" and "denied" in
 * turn, so that neither is ever confirmed, has kept everybody from reading the tag all the same.
 */
function suspect({ next, at }: Draft, kind: Suspicion['kind']): Suspicion {
  const known = next.suspicion;
  const same = known?.kind === kind ? known : undefined;
  const isApart = known === undefined || between(known.lastAt, at) >= APART;
  if (same !== undefined && !isApart) return same;
  const suspicion = {
    kind,
    count: (same?.count ?? 0) + 1,
    unread: (known?.unread ?? 0) + (isApart ? 1 : 0),
    firstAt: same?.firstAt ?? at,
    lastAt: at,
  };
  next.suspicion = suspicion;
  return suspicion;
}

function isConfirmed({ count, firstAt }: Suspicion, { at }: Draft): boolean {
  return count >= CONFIRMATIONS && between(firstAt, at) >= CONFIRMED_OVER;
}
