import { sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { verifyInToto001 } from '../../../lambda/adapters/sigstore/intoto-entry.ts';
import { canonicalize } from '../../support/sigstore/rekor-v1.ts';
import { generateP256, type KeyPair, sha256, spkiOf } from '../../support/sigstore/x509.ts';

const [own, other] = [generateP256(), generateP256()];
const idOf = ({ publicKey }: KeyPair) => sha256(spkiOf(publicKey));
const seconds = (time: string) => Date.parse(time) / 1_000;

/** The authorities of a trusted root: two logs of one year. */
const LOGS = [own, other].map((keys) => ({
  logID: idOf(keys),
  publicKey: keys.publicKey,
  baseURL: 'https://log.example',
  validFor: { start: new Date('2021-01-01T00:00:00Z'), end: new Date('2022-01-01T00:00:00Z') },
}));

/** An entry that says it is of one log, signed by one. */
function entry(at: string, of = own, by = own): TransparencyLogEntry {
  const [body, integratedTime, logIndex] = [Buffer.from('{}'), seconds(at), 7];
  const logID = idOf(of);
  const said = { body: body.toString('base64'), integratedTime, logIndex };
  const text = canonicalize({ ...said, logID: logID.toString('hex') });
  return {
    logIndex: String(logIndex),
    logId: { keyId: logID },
    kindVersion: { kind: 'intoto', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: {
      signedEntryTimestamp: sign('sha256', Buffer.from(text), by.privateKey),
    },
    inclusionProof: undefined,
    canonicalizedBody: body,
  };
}

const GOOD = entry('2021-06-01T00:00:00Z');

describe('G14: an entry of kind intoto 0.0.1', () => {
  it('holds if its log signed it while its key was valid', () => {
    expect(() => verifyInToto001(GOOD, LOGS)).not.toThrow();
  });

  it.each<[string, TransparencyLogEntry]>([
    ['before its key was valid', entry('2020-12-31T23:59:59Z')],
    ['after its key was valid', entry('2022-01-01T00:00:01Z')],
    ['by another log than it names', entry('2021-06-01T00:00:00Z', own, other)],
    ['by a log that nobody knows', entry('2021-06-01T00:00:00Z', ...unknown())],
    ['at another time', { ...GOOD, integratedTime: '1622505601' }],
    ['at another place', { ...GOOD, logIndex: '8' }],
    ['about another body', { ...GOOD, canonicalizedBody: Buffer.from('[]') }],
    ['for another log', { ...GOOD, logId: { keyId: idOf(other) } }],
    ['by nobody', { ...GOOD, inclusionPromise: undefined }],
    ['for no log', { ...GOOD, logId: undefined }],
  ])('does not hold if it was signed %s', (_what, signed) => {
    expect(() => verifyInToto001(signed, LOGS)).toThrow('not signed by its log');
  });
});

function unknown(): [KeyPair, KeyPair] {
  const keys = generateP256();
  return [keys, keys];
}
