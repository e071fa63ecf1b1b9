import { sign } from 'node:crypto';
import type { BundleJson } from '../bundle.ts';
import type { LogEntryJson } from '../log-requests.ts';
import { canonicalize } from '../rekor-v1.ts';
import { generateP256, sha256, spkiOf } from '../x509.ts';

export function entriesOf(bundle: BundleJson): LogEntryJson[] {
  return bundle.verificationMaterial.tlogEntries;
}

export function onlyEntry(bundle: BundleJson): LogEntryJson {
  const [entry] = entriesOf(bundle);
  if (entry === undefined) throw new Error('the bundle has no entry');
  return entry;
}

/** The entry as a log that nobody knows would have it, signed by that log. */
export function inForeignLog(entry: LogEntryJson): LogEntryJson {
  const keys = generateP256();
  const id = sha256(spkiOf(keys.publicKey));
  const { canonicalizedBody, integratedTime, logIndex } = entry;
  const signed = canonicalize({
    body: canonicalizedBody,
    integratedTime: Number(integratedTime),
    logIndex: Number(logIndex),
    logID: id.toString('hex'),
  });
  const signedEntryTimestamp = sign('sha256', Buffer.from(signed), keys.privateKey);
  return {
    ...entry,
    logId: { keyId: id.toString('base64') },
    inclusionPromise: { signedEntryTimestamp: signedEntryTimestamp.toString('base64') },
  };
}
