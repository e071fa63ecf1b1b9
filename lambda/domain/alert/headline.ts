import { shortDigest } from '../digest.ts';
import type { Change, DigestView, EventRecord } from '../event.ts';
import { ascii, printable } from './escape.ts';

const SUBJECT_LIMIT = 99;

/** The change that gave the event its kind. */
export function mainChange({ changes, kind }: EventRecord): Change | undefined {
  return changes.find((change) => change.kind === kind) ?? changes[0];
}

/** What happened, as the end of a sentence that starts with the tag. */
export function summaryOf(event: EventRecord): string {
  return printable(mainChange(event)?.summary ?? event.kind);
}

/** `12:00:31 low      tag.moved  127.0.0.1:5001/shop/api:1.4  9f2c41ab→41ab9f2c  verified` */
export function lineOf(event: EventRecord, supersededBy: string | undefined): string {
  const parts = [
    `${event.at.slice(11, 19)} ${event.severity.padEnd(8)} ${event.kind}`,
    printable(event.subject),
    digestsOf(event),
    outcomeOf(event),
    event.state === 'closed' && event.resolves !== undefined
      ? `closes ${shortId(event.resolves)}`
      : '',
    supersededBy === undefined ? '' : `superseded by ${shortId(supersededBy)}`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function shortId(id: string): string {
  return printable(id.slice(id.lastIndexOf('#')), 20);
}

function digestsOf({ was, now }: EventRecord): string {
  const shown = [was, now].map((view) => (view?.digest ? shortDigest(view.digest) : ''));
  return [...new Set(shown)].filter((digest) => digest !== '').join('→');
}

function outcomeOf(event: EventRecord): string {
  const { now, kind } = event;
  if (now === undefined || kind.startsWith('watch.')) return summaryOf(event);
  const rollback = event.changes.some((change) => change.rollback === true) ? ' (rollback)' : '';
  return `${verdictText(now)}${rollback}`;
}

/** One or two words: the verdict as people are told of it. */
export function verdictText({ verdict, reason }: Pick<DigestView, 'verdict' | 'reason'>): string {
  if (reason === 'awaiting-signature') return 'awaiting signature';
  if (verdict === 'rejected' && reason === 'other-signer') return 'rejected (other signer)';
  return verdict ?? 'no verdict yet';
}

/** `[CRITICAL] ghcr.io/acme/app:1.4.2 moved, signature rejected`: ASCII, at most 99 characters. */
export function subjectOf(event: EventRecord): string {
  const closed = event.state === 'closed' ? ', closed' : '';
  const head = `[${event.severity.toUpperCase()}${closed}] `;
  const tail = ` ${ascii(summaryOf(event))}`.slice(0, 60);
  const name = ascii(printable(event.subject, 1000));
  const room = SUBJECT_LIMIT - head.length - tail.length;
  // The end of a long name says more than its registry.
  const shown = name.length <= room ? name : `...${name.slice(name.length - room + 3)}`;
  return `${head}${shown}${tail}`;
}
