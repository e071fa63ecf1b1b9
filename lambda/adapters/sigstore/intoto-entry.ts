import { verify } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import { Refusal } from './refusal.ts';

/**
 * G14: attestations of cosign before 2.0 are logged as intoto 0.0.1, which the library does not
 * know. Such an entry records the hash of the whole envelope.
 */
export function isInToto001({ kindVersion }: TransparencyLogEntry): boolean {
  return kindVersion?.kind === 'intoto' && kindVersion.version === '0.0.1';
}

/**
 * Does for such an entry what the library does for others: its log must have signed it at a time
 * when its key was valid. That it is about this very envelope and key is asked of every entry.
 *
 * @throws {Refusal}
 */
export function verifyInToto001(entry: TransparencyLogEntry, tlogs: TrustMaterial['tlogs']): void {
  if (!tlogs.some((log) => isSignedBy(entry, log))) {
    throw new Refusal('log entry is not signed by its log');
  }
}

/** A signed entry timestamp is over the canonical JSON (RFC 8785) of these four fields. */
function isSignedBy(entry: TransparencyLogEntry, log: TrustMaterial['tlogs'][number]): boolean {
  const { logId, inclusionPromise, integratedTime, logIndex, canonicalizedBody } = entry;
  const time = new Date(Number(integratedTime) * 1_000);
  if (logId === undefined || inclusionPromise === undefined) return false;
  if (!log.logID.equals(logId.keyId) || time < log.validFor.start || time > log.validFor.end) {
    return false;
  }
  const signed = JSON.stringify({
    body: canonicalizedBody.toString('base64'),
    integratedTime: Number(integratedTime),
    logID: logId.keyId.toString('hex'),
    logIndex: Number(logIndex),
  });
  const { signedEntryTimestamp } = inclusionPromise;
  return verify('sha256', Buffer.from(signed), log.publicKey, signedEntryTimestamp);
}
