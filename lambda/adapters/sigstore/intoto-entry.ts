import { verify } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import { at, readJson } from './json.ts';
import { Refusal } from './refusal.ts';
import { type Signed, sha256 } from './signed.ts';

/**
 * G14: attestations of cosign before 2.0 are logged as intoto 0.0.1, which the library does not
 * know. Such an entry records the hash of the whole envelope.
 */
export function isInToto001({ kindVersion }: TransparencyLogEntry): boolean {
  return kindVersion?.kind === 'intoto' && kindVersion.version === '0.0.1';
}

/**
 * Does for such an entry what the library does for others: it must be about this very envelope,
 * and its log must have signed it at a time when its key was valid.
 *
 * @throws {Refusal}
 */
export function verifyInToto001(
  entry: TransparencyLogEntry,
  { content }: Signed,
  tlogs: TrustMaterial['tlogs'],
): void {
  const body = readJson(entry.canonicalizedBody, 'log entry');
  const envelope = content.kind === 'envelope' ? content.raw : undefined;
  if (envelope === undefined) throw new Refusal('log entry is about an envelope');
  const recorded = `${at(body, 'spec', 'content', 'hash', 'algorithm')}:${at(body, 'spec', 'content', 'hash', 'value')}`;
  if (recorded !== `sha256:${sha256(envelope).toString('hex')}`) {
    throw new Refusal('log entry is about another envelope');
  }
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
