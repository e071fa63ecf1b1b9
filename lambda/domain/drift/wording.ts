import type { InconclusiveReason } from '../observation.ts';
import type { VerdictRecord } from '../state.ts';
import { DAY, type Duration, HOUR, MINUTE, SECOND } from '../time.ts';
import type { VerdictReason } from '../verdict.ts';

const REASONS: Record<VerdictReason, string> = {
  'no-signature': 'no signature',
  'attestation-only': 'an attestation but no signature',
  'other-signer': 'signed by someone else',
  'broken-signature': 'a signature that does not hold',
  'attestation-missing': 'a required attestation is missing',
  'attestation-rejected': 'a required attestation does not hold',
  'discovery-incomplete': 'the registry did not list every signature',
  'candidate-unfetched': 'a signature could not be fetched',
  'trust-root-unavailable': 'no trust root',
  'trust-root-outdated': 'the trust root was not refreshed for too long',
  'verifier-failed': 'the verification failed',
  'not-verified-yet': 'not looked at yet',
  'awaiting-signature': 'waiting for a signature',
};

export function reasonText(reason: VerdictReason): string {
  return REASONS[reason];
}

/** Why a check found nothing out. */
export type FailureReason =
  | InconclusiveReason
  | 'absent'
  | 'absent-unconfirmed'
  | 'denied'
  | 'unproven';

const FAILURES: Record<FailureReason, string> = {
  timeout: 'no answer in time',
  unreachable: 'the registry cannot be reached',
  tls: 'no trusted connection to the registry',
  throttled: 'the registry asks for fewer requests',
  quota: 'the pull quota is used up',
  'server-error': 'the registry fails',
  'bad-token': 'no usable token',
  'digest-mismatch': 'the registry sent bytes of another digest',
  'too-large': 'an answer over the limit',
  'not-oci': 'an answer that is not of an OCI registry',
  protocol: 'an answer against the protocol',
  'state-unread': 'the store could not be read',
  'out-of-time': 'the check ran out of time',
  absent: 'not found',
  'absent-unconfirmed': 'not found, and nothing else in the repository answers',
  denied: 'access denied',
  unproven: 'a new digest that no bytes have proved',
};

export function failureText(reason: FailureReason): string {
  return FAILURES[reason];
}

/** The end of "moved, …": the verdict as far as people are told, in our words only. */
export function verdictClause(
  told: Pick<VerdictRecord, 'verdict' | 'reason'> | undefined,
  final = true,
): string {
  if (told === undefined) return 'no signature required';
  const { verdict, reason } = told;
  const why = reason === undefined ? '' : `: ${reasonText(reason)}`;
  switch (verdict) {
    case 'verified':
      return 'verified';
    case 'not-required':
      return 'no signature required';
    case 'unsigned':
      return reason === 'attestation-only' ? `unsigned${why}` : 'unsigned';
    case 'rejected':
      return reason === 'broken-signature' ? 'signature rejected' : `rejected${why}`;
    case 'inconclusive':
      if (reason === 'awaiting-signature') return 'awaiting signature';
      return `${final ? 'not verifiable' : 'not verified yet'}${why}`;
  }
}

/** `45 s`, `15 min`, `6 h`, `2 d`: the largest unit that loses nothing. */
export function durationText(duration: Duration): string {
  for (const [size, unit] of UNITS) {
    if (duration >= size && duration % size === 0) return `${duration / size} ${unit}`;
  }
  return `${Math.round(duration / SECOND)} s`;
}

const UNITS: readonly [Duration, string][] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
];
