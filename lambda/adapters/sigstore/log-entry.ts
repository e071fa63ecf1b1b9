import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import { decodeBase64 } from './base64.ts';
import { readCheckpoint } from './checkpoint.ts';
import { type RecordedKey, requireHashedRekord } from './hashed-rekord.ts';
import { at, type Json, readJson } from './json.ts';
import { readOnlyPem } from './pem.ts';
import { Refusal } from './refusal.ts';
import { readBody } from './rekor-body.ts';
import { type Signed, sha256, signedDigest } from './signed.ts';

type LogAuthority = TrustMaterial['tlogs'][number];

/** The kinds of entry that cosign 3.1.3 accepts, by what was signed; `rekord` of 2021 is not supported. */
const KINDS = {
  envelope: ['dsse 0.0.1', 'intoto 0.0.2', 'hashedrekord 0.0.2'],
  payload: ['hashedrekord 0.0.1'],
  message: [],
  artifact: ['hashedrekord 0.0.1', 'hashedrekord 0.0.2'],
} as const satisfies Record<Signed['content']['kind'], readonly string[]>;

/** G6: entries of logs that the trusted root does not name prove nothing and harm nothing. */
export function entriesOfKnownLogs(
  entries: readonly TransparencyLogEntry[],
  tlogs: readonly LogAuthority[],
): TransparencyLogEntry[] {
  return entries.filter((entry) => tlogs.some((log) => namesLog(entry, log)));
}

/**
 * What cosign asks of every entry of a bundle, also of those in logs that nobody knows: else a
 * bundle that it refuses would verify here.
 *
 * @throws {Refusal}
 */
export function requireProperEntries(signed: Signed, recorded: RecordedKey): void {
  const { format, logEntries } = signed;
  if (format !== 'bundle') return;
  const places = logEntries.map(
    ({ logId, logIndex }) => `${logId?.keyId.toString('hex')} ${logIndex}`,
  );
  if (new Set(places).size < places.length) throw new Refusal('bundle has duplicate log entries');
  for (const { canonicalizedBody } of logEntries)
    requireProper(canonicalizedBody, signed, recorded);
}

/** Entries of some kinds are read only together with what they are about. */
function requireProper(canonicalizedBody: Buffer, signed: Signed, recorded: RecordedKey): void {
  const { kind, json } = readBody(canonicalizedBody);
  switch (kind) {
    case 'dsse 0.0.1':
    case 'intoto 0.0.2':
      return;
    case 'hashedrekord 0.0.1':
      requireSameSignature(json, signed, recorded);
      return;
    case 'hashedrekord 0.0.2':
      requireHashedRekord(canonicalizedBody, signed, recorded);
      return;
    default:
      throw new Refusal(`log entry is of kind ${kind}, which is not supported`);
  }
}

function requireSameSignature(
  body: Json,
  { content, signature }: Signed,
  { der }: RecordedKey,
): void {
  const hash = signedDigest(content, 'sha256')?.toString('hex');
  const isSame =
    at(body, 'spec', 'data', 'hash', 'value') === hash &&
    at(body, 'spec', 'signature', 'content') === signature.toString('base64') &&
    recordedKey(body, 'hashedrekord 0.0.1').equals(der);
  if (!isSame)
    throw new Refusal('log entry records another key, certificate or signature than this one');
}

/**
 * What the library leaves unchecked of one entry of a known log.
 *
 * @throws {Refusal}
 */
export function requireSoundEntry(
  entry: TransparencyLogEntry,
  signed: Signed,
  recorded: RecordedKey,
  tlogs: readonly LogAuthority[],
): void {
  requireKind(entry, signed);
  if (kindOf(entry) === 'hashedrekord 0.0.2') {
    requireHashedRekord(entry.canonicalizedBody, signed, recorded);
  } else {
    requireSameKey(entry, recorded.der);
  }
  if (signed.content.kind === 'envelope' && signed.content.raw !== undefined) {
    requireSameEnvelope(entry, signed.content.raw);
  }
  requireSpelling(signed);
  const logs = tlogs.filter((log) => namesLog(entry, log));
  if (entry.inclusionProof !== undefined) requireCheckpoint(entry, entry.inclusionProof, logs);
}

/** cosign compares a legacy signature with the entry's as texts. @throws {Refusal} */
function requireSpelling({ spelling, signature }: Signed): void {
  if (spelling !== undefined && spelling !== signature.toString('base64')) {
    throw new Refusal('the signature is not spelled as in the log entry');
  }
}

/** A log's key counts only while the trusted root says it was valid (GHSA-wqqc-jjcq-vfxm). @throws {Refusal} */
export function requireLogValidAt(
  entry: TransparencyLogEntry,
  tlogs: readonly LogAuthority[],
  times: readonly Date[],
): void {
  const logs = tlogs.filter((log) => namesLog(entry, log));
  for (const time of times) {
    if (!logs.some(({ validFor }) => validFor.start <= time && time <= validFor.end)) {
      throw new Refusal(`the log's key was not valid at ${time.toISOString()}`);
    }
  }
}

function namesLog(entry: TransparencyLogEntry, log: LogAuthority): boolean {
  return entry.logId !== undefined && log.logID.equals(entry.logId.keyId);
}

function requireKind(entry: TransparencyLogEntry, signed: Signed): void {
  const kind = kindOf(entry);
  const allowed = [...KINDS[signed.content.kind], ...moreKinds(signed)];
  if (!allowed.includes(kind)) {
    throw new Refusal(`log entry is of kind ${kind}, expected ${allowed.join(' or ')}`);
  }
}

/** Of cosign 1 for the `.att` tag; and what Sigstore's client specification has and cosign has not. */
function moreKinds({ content, format, ofFile }: Signed): readonly string[] {
  if (content.kind !== 'envelope') return [];
  if (format === 'legacy') return ['intoto 0.0.1'];
  return ofFile === true ? ['hashedrekord 0.0.1'] : [];
}

/**
 * G2: the entry must record this very key. Otherwise any entry over the same signature bytes, made
 * with another key, passes as proof of when the signature was made (CVE-2026-22703).
 */
function requireSameKey(entry: TransparencyLogEntry, key: Uint8Array): void {
  const { kind, json } = readBody(entry.canonicalizedBody);
  if (kind !== kindOf(entry)) throw new Refusal(`log entry is not one of kind ${kindOf(entry)}`);
  const recorded = recordedKey(json, kind);
  if (!recorded.equals(key)) {
    throw new Refusal('log entry records another key or certificate than the signature has');
  }
}

function recordedKey(body: Json, kind: string): Buffer {
  switch (kind) {
    case 'dsse 0.0.1':
      return derOf(textAt(body, 'spec', 'signatures', '0', 'verifier'));
    case 'intoto 0.0.1':
      return derOf(textAt(body, 'spec', 'publicKey'));
    case 'intoto 0.0.2':
      return derOf(textAt(body, 'spec', 'content', 'envelope', 'signatures', '0', 'publicKey'));
    default:
      return derOf(textAt(body, 'spec', 'signature', 'publicKey', 'content'));
  }
}

function kindOf({ kindVersion }: TransparencyLogEntry): string {
  return `${kindVersion?.kind} ${kindVersion?.version}`;
}

/**
 * An envelope that is a document of its own is recorded byte for byte. The library compares its
 * payload and signature only, so that one that was written anew, and reads differently elsewhere,
 * would pass for the recorded one.
 */
function requireSameEnvelope(entry: TransparencyLogEntry, envelope: Uint8Array): void {
  const body = readJson(entry.canonicalizedBody, 'log entry');
  const hash = at(body, 'spec', 'envelopeHash') ?? at(body, 'spec', 'content', 'hash');
  const recorded = `${at(hash, 'algorithm')}:${at(hash, 'value')}`;
  if (recorded !== `sha256:${sha256(envelope).toString('hex')}`) {
    throw new Refusal('log entry is about another envelope');
  }
}

/** Rekor v1 records base64 of PEM. */
function derOf(base64OfPem: string): Buffer {
  return readOnlyPem(decodeBase64(base64OfPem, 'key of log entry').toString('latin1'));
}

function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw new Refusal(`log entry lacks ${path.join('.')}`);
  return found;
}

/**
 * G18: the library finds the checkpoint's key by a substring of the log's URL. The origin must be
 * the named log's own host, and exactly one signature must be by it under that name: Rekor v1 has no
 * other, Rekor v2 those of witnesses. What the entry says of the tree must be what was signed.
 *
 * @throws {Refusal}
 */
function requireCheckpoint(
  entry: TransparencyLogEntry,
  proof: NonNullable<TransparencyLogEntry['inclusionProof']>,
  logs: readonly LogAuthority[],
): void {
  const { origin, isRekorV1, size, root, signatures } = readCheckpoint(
    proof.checkpoint?.envelope ?? '',
  );
  const hosts = logs.flatMap(({ baseURL }) => hostsOf(baseURL));
  if (!hosts.includes(origin)) {
    const found = JSON.stringify(origin.slice(0, 120));
    throw new Refusal(`checkpoint is of ${found}, expected ${hosts.join(' or ')}`);
  }
  const own = signatures.filter(
    ({ name, hint }) =>
      name === origin && logs.some(({ logID }) => logID.subarray(0, 4).equals(hint)),
  );
  if (own.length !== 1 || (isRekorV1 && signatures.length !== 1)) {
    throw new Refusal('checkpoint lacks the one signature of its origin');
  }
  if (proof.treeSize !== size || !root.equals(proof.rootHash)) {
    throw new Refusal('the proof is of another tree than its checkpoint');
  }
  // The index of Rekor v2 is that of its one tree; cosign proves the inclusion of the entry's.
  if (!isRekorV1 && proof.logIndex !== entry.logIndex) {
    throw new Refusal('the proof is of another entry than its log entry');
  }
}

function hostsOf(baseURL: string): string[] {
  const url = URL.parse(baseURL);
  return url === null ? [] : [url.hostname, url.host];
}
