import { RFC3161Timestamp } from '@sigstore/core';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import { messageOf } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Signed } from './signed.ts';
import { requireSoundTimestamp } from './timestamp-token.ts';

export type TimeRules = Pick<Policy, 'unsafeIgnoreTransparencyLog' | 'useSignedTimestamps'>;
type Timestamps = SignedEntity['timestamps'];

/** One way to establish when a signature was made; the library still has to verify it. */
export interface Way {
  readonly timestamps: Timestamps;
  /** What it proves once it verifies; empty for "judge by the current time". */
  readonly proves: readonly Date[];
  /** Why it can never verify. */
  readonly problem?: string;
}

/**
 * cosign's rules for the time by which certificates are judged (3.1.3, `verificationOptions` and
 * `rekorV2Bundle`), as ways of which one has to verify. None: the time cannot be proven.
 *
 * G5: signed timestamps count only if they are asked for, or if no entry has an integrated time
 * (Rekor v2). Otherwise a bad one next to a good log entry must not matter.
 */
export function waysToProveTime(
  signed: Signed,
  byCertificate: boolean,
  entries: readonly TransparencyLogEntry[],
  rules: TimeRules,
  now: Date,
  authorities: TrustMaterial['timestampAuthorities'],
): Way[] {
  const integrated = entries.filter(hasSignedTime);
  if (timestampsAreRequired(signed, byCertificate, rules)) {
    return signed.timestamps.map((der) => byTimestamp(der, integrated, authorities));
  }
  if (!byCertificate || integrated.length > 0) return [provenBy([], integrated)];
  // G11: the library fails with a TypeError without any time; cosign judges by the current one.
  return rules.unsafeIgnoreTransparencyLog ? [judgedAt(now)] : [];
}

function timestampsAreRequired(
  { logEntries, timestamps, format }: Signed,
  byCertificate: boolean,
  rules: TimeRules,
): boolean {
  if (rules.useSignedTimestamps) return format === 'bundle' || timestamps.length > 0;
  if (!byCertificate || rules.unsafeIgnoreTransparencyLog) return false;
  return logEntries.length > 0 && logEntries.every(({ integratedTime }) => !isTime(integratedTime));
}

function provenBy(
  timestamps: readonly RFC3161Timestamp[],
  entries: readonly TransparencyLogEntry[],
): Way {
  return {
    timestamps: [
      ...timestamps.map((timestamp) => ({ $case: 'timestamp-authority' as const, timestamp })),
      ...entries.map(asTimestamp),
    ],
    proves: [
      ...timestamps.map(({ signingTime }) => signingTime),
      ...entries.map(({ integratedTime }) => new Date(Number(integratedTime) * 1_000)),
    ],
  };
}

/** What cannot be read proves nothing, like a timestamp that does not verify; others may. */
function byTimestamp(
  der: Buffer,
  integrated: readonly TransparencyLogEntry[],
  authorities: TrustMaterial['timestampAuthorities'],
): Way {
  const refused = (problem: string) => ({ ...provenBy([], []), problem });
  try {
    requireSoundTimestamp(der, authorities);
    const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
    return Number.isNaN(timestamp.signingTime.getTime())
      ? refused('timestamp says no time')
      : provenBy([timestamp], integrated);
  } catch (thrown) {
    return refused(messageOf(thrown));
  }
}

/** An integrated time is signed only together with a SET; alone it is a claim (GHSA-xgjw-pm74-86q4). */
function hasSignedTime(entry: TransparencyLogEntry): boolean {
  return entry.inclusionPromise !== undefined && isTime(entry.integratedTime);
}

function isTime(integratedTime: string): boolean {
  return integratedTime !== '' && integratedTime !== '0';
}

function asTimestamp(entry: TransparencyLogEntry): Timestamps[number] {
  return { $case: 'transparency-log', tlogEntry: entry as SignedEntity['tlogEntries'][number] };
}

/** The library cannot be told "judge by this time"; an entry that is in no log carries it. */
function judgedAt(now: Date): Way {
  const nothing = Buffer.alloc(0);
  const carrier: TransparencyLogEntry = {
    logIndex: '0',
    logId: { keyId: nothing },
    kindVersion: undefined,
    integratedTime: String(Math.floor(now.getTime() / 1_000)),
    inclusionPromise: { signedEntryTimestamp: nothing },
    inclusionProof: undefined,
    canonicalizedBody: nothing,
  };
  return { timestamps: [asTimestamp(carrier)], proves: [] };
}
