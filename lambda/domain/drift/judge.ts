import { createHash } from 'node:crypto';
import type { Severity } from '../severity.ts';
import type { Alarm, Grace, TagState, VerdictRecord } from '../state.ts';
import type { Timestamp } from '../time.ts';
import type { Signer, Verdict, VerdictReason, Verification } from '../verdict.ts';

/** `good` and `bad` are final; what is `waiting` may still become good by a signature that comes late. */
export type Standing = 'good' | 'waiting' | 'bad';

const MAY_STILL_COME: readonly (VerdictReason | undefined)[] = [
  'other-signer',
  'attestation-missing',
];

type Judged = Pick<VerdictRecord, 'verdict' | 'reason'>;

export function standingOf({ verdict, reason }: Judged): Standing {
  switch (verdict) {
    case 'verified':
    case 'not-required':
      return 'good';
    case 'unsigned':
    case 'inconclusive':
      return 'waiting';
    case 'rejected':
      return MAY_STILL_COME.includes(reason) ? 'waiting' : 'bad';
  }
}

export function isGood(record: Judged): boolean {
  return standingOf(record) === 'good';
}

/** What a digest with this verdict deserves once the verdict is final (design, "Events", `tag.moved`). */
export function severityOf(record: Judged): Severity {
  switch (standingOf(record)) {
    case 'good':
      return 'low';
    case 'waiting':
      return 'high';
    case 'bad':
      return 'critical';
  }
}

export type SignatureAlarm = Extract<Alarm, `signature.${string}`>;

/** The worst first. */
export const SIGNATURE_ALARMS: readonly SignatureAlarm[] = [
  'signature.rejected',
  'signature.lost',
  'signature.unsigned',
  'signature.unverifiable',
];

export function alarmOf(verdict: Verdict): SignatureAlarm {
  if (verdict === 'rejected') return 'signature.rejected';
  return verdict === 'inconclusive' ? 'signature.unverifiable' : 'signature.unsigned';
}

/** What people were told: a verdict in its grace is held back, a loss is not told before it is confirmed. */
export function toldOf(record: VerdictRecord, grace: Grace | undefined): VerdictRecord {
  const held = grace !== undefined && grace.losing === undefined;
  if (!held || record.verdict === 'inconclusive') return record;
  return { ...record, verdict: 'inconclusive', reason: 'awaiting-signature', signers: [] };
}

export const NOT_VERIFIED_YET = {
  verdict: 'inconclusive',
  reason: 'not-verified-yet',
  signers: [],
} as const;

const MAX_SIGNERS = 5;
const MAX_LABEL = 256;
const MAX_ID = 100;
const MAX_DETAIL = 200;

/** The part of a verification that is remembered, in bounds whatever a certificate says. */
export function recordOf(found: Verification, at: Timestamp): VerdictRecord {
  const { verdict, reason, detail, signedAt, fingerprint, trustRootHash, verifier } = found;
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail: cut(detail, MAX_DETAIL) }),
    at,
    signers: compact(found.signers),
    ...(signedAt === undefined ? {} : { signedAt }),
    fingerprint,
    trustRootHash,
    verifier,
    ...(found.referrers === 'api' && { referrers: 'api' }),
  };
}

/** For a digest that has not been verified yet: how signatures are listed is known of the tag. */
export function unverified(at: Timestamp, before: TagState): VerdictRecord {
  return { ...NOT_VERIFIED_YET, at, ...(listedByApi(before) && { referrers: 'api' }) };
}

/** The referrers API answered for this tag, under whatever policy: where it is not, something is hidden. */
export function listedByApi({ verdicts }: Pick<TagState, 'verdicts'>): boolean {
  return Object.values(verdicts).some(({ referrers }) => referrers === 'api');
}

function compact(signers: readonly Signer[]): Signer[] {
  return signers.slice(0, MAX_SIGNERS).map((signer) => ({
    id: signerId(signer),
    label: cut(signer.label, MAX_LABEL),
    ...(signer.issuer === undefined ? {} : { issuer: cut(signer.issuer, MAX_LABEL) }),
  }));
}

function signerId({ id }: Signer): string {
  return id.length <= MAX_ID ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

/** Whether nobody who signed the one also signed the other (design, "A signer, for comparing"). */
export function areDisjoint(before: readonly Signer[], after: readonly Signer[]): boolean {
  if (before.length === 0 || after.length === 0) return false;
  const known = new Set(before.map(signerId));
  return !after.some((signer) => known.has(signerId(signer)));
}

/** A standing verdict is not rewritten for nothing: an unchanged healthy tag costs no write. */
export function newerOf(known: VerdictRecord, record: VerdictRecord): VerdictRecord {
  const same =
    known.fingerprint === record.fingerprint &&
    known.trustRootHash === record.trustRootHash &&
    known.verifier === record.verifier &&
    known.referrers === record.referrers &&
    !areDisjoint(known.signers, record.signers);
  return same ? known : record;
}

/** By code points, so that no character is torn. */
/** What was asked is said first, and what to do last: of neither anything is lost. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text.slice(0, length)).slice(0, Math.ceil(length / 2) - 1);
  const end = Array.from(text.slice(-length)).slice(-Math.floor(length / 2));
  return `${characters.join('')}…${end.join('')}`;
}

export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${Array.from(text.slice(0, length * 2))
    .slice(0, length - 1)
    .join('')}…`;
}
