import { createPublicKey, type KeyObject } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { type SignedEntity, type TrustMaterial, Verifier } from '@sigstore/verify';
import { messageOf } from '../../domain/errors.ts';
import type { KeyRule } from '../../domain/policy.ts';
import { type LeafCertificate, refuseUnknownCritical, requireCodeSigning } from './certificate.ts';
import { stampedWays } from './every-timestamp.ts';
import { requireFittingCertificate } from './fitting-certificate.ts';
import type { RecordedKey } from './hashed-rekord.ts';
import { isInToto001, verifyInToto001 } from './intoto-entry.ts';
import {
  entriesOfKnownLogs,
  requireLogValidAt,
  requireProperEntries,
  requireSoundEntry,
} from './log-entry.ts';
import { Refusal, refusing } from './refusal.ts';
import type { Signed } from './signed.ts';
import { HashedSignature, type HashName } from './signed-content.ts';
import { type TimeRules, type Way, waysToProveTime } from './signing-time.ts';

export interface CertificateHolder {
  readonly kind: 'certificate';
  readonly leaf: LeafCertificate;
}

export interface KeyHolder {
  readonly kind: 'key';
  readonly key: KeyObject;
  readonly spki: Buffer;
  readonly hash: HashName;
}

/** Who must have signed: a user of the authority's certificates, or one key. */
export type Holder = CertificateHolder | KeyHolder;

export interface Proof {
  /** The earliest time at which the signature provably existed. */
  readonly signedAt?: Date;
  /** Of the transparency log entry that was verified. */
  readonly logIndex?: string;
}

export interface Conditions {
  readonly material: Omit<TrustMaterial, 'publicKey'>;
  readonly rules: TimeRules;
  /** Judges a certificate only where the policy ignores the log and asks for no timestamp. */
  readonly now: Date;
  /** The root came from a repository that has not confirmed it for so long that it may lack somebody. */
  readonly outdated?: boolean;
}

/**
 * G13: Ed25519 verifies as such. What cosign signs with an Ed25519 key is Ed25519ph, which neither
 * cosign nor Node verifies.
 *
 * @throws {Refusal} for a type of key that cosign does not know.
 */
export function holderOfKey(rule: KeyRule): KeyHolder {
  const spki = Buffer.from(rule.spki, 'base64');
  const key = refusing('key of the policy', () =>
    createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  );
  if (!['ec', 'rsa', 'ed25519'].includes(key.asymmetricKeyType ?? '')) {
    throw new Refusal(`keys of type ${key.asymmetricKeyType} are not supported`);
  }
  return { kind: 'key', key, spki, hash: rule.digestAlgorithm };
}

/** Whether this key made the signature: says whom it claims, not that everything holds. */
export function signatureIsBy(signed: Signed, holder: KeyHolder): boolean {
  return new HashedSignature(signed, hashesOfKey(signed, holder)).verifySignature(holder.key);
}

/**
 * Proves that the holder made the signature, that a log recorded it, and when. The library verifies
 * certificate path, SCT, inclusion, timestamps and signature; the rules it leaves open are ours.
 * Who the holder is, and what was signed, is for the caller to judge.
 *
 * @throws {Refusal}
 */
export function verifySigned(signed: Signed, holder: Holder, conditions: Conditions): Proof {
  const { material, rules, now } = conditions;
  if (holder.kind === 'certificate') {
    requireCodeSigning(holder.leaf);
    refuseUnknownCritical(holder.leaf.parsed);
  }
  const recorded = recordedKeyOf(holder, signed);
  if (!rules.unsafeIgnoreTransparencyLog) requireProperEntries(signed, recorded);
  const entries = rules.unsafeIgnoreTransparencyLog
    ? []
    : entriesOfKnownLogs(signed.logEntries, material.tlogs);
  for (const entry of entries) {
    requireSoundEntry(entry, signed, recorded, material.tlogs);
    if (isInToto001(entry)) verifyInToto001(entry, material.tlogs);
  }
  const byCertificate = holder.kind === 'certificate';
  const { timestampAuthorities } = material;
  const ways = waysToProveTime(signed, byCertificate, entries, rules, now, timestampAuthorities);
  if (ways.length > 0 && entries.length === 0 && !rules.unsafeIgnoreTransparencyLog) {
    throw new Refusal(
      'in no transparency log that the trusted root knows; --insecure-ignore-tlog if that is meant',
    );
  }
  const proves = proveTime(ways, signed, material, (way) =>
    runLibrary(signed, holder, conditions, entries, way),
  );
  for (const entry of entries) requireLogValidAt(entry, material.tlogs, proves);
  if (holder.kind === 'key') requireFittingCertificate(signed, holder, proves, now);
  const [earliest] = proves.toSorted((a, b) => a.getTime() - b.getTime());
  return {
    ...(earliest !== undefined && { signedAt: earliest }),
    ...(entries[0] !== undefined && { logIndex: entries[0].logIndex }),
  };
}

/** As cosign, the log has the certificate of a legacy signature where it has one. */
function recordedKeyOf(holder: Holder, { format, certificate }: Signed): RecordedKey {
  if (holder.kind === 'certificate') {
    return { der: holder.leaf.der, key: holder.leaf.parsed.key, isCertificate: true };
  }
  const isCertificate = format === 'legacy' && certificate !== undefined;
  return { der: isCertificate ? certificate : holder.spki, key: holder.key, isCertificate };
}

/** What the ways prove together. A time that nobody stamped proves nothing, and harms nothing. */
function proveTime(
  ways: readonly Way[],
  signed: Signed,
  material: Conditions['material'],
  verify: (way: Way) => void,
): readonly Date[] {
  const stamped = ways.length > 1 ? stampedWays(ways, signed, material) : ways;
  const [first] = ways;
  if (first === undefined) {
    throw new Refusal(
      'no trusted signing time: neither a signed log entry nor a timestamp of a known authority',
    );
  }
  for (const way of stamped.length > 0 ? stamped : [first]) {
    try {
      if (way.problem !== undefined) throw new Refusal(way.problem);
      verify(way);
    } catch (thrown) {
      throw new Refusal(reasonOf(thrown), { cause: thrown });
    }
  }
  if (stamped.length === 0) throw new Refusal('no timestamp is by an authority that is trusted');
  return stamped.flatMap(({ proves }) => proves);
}

function runLibrary(
  signed: Signed,
  holder: Holder,
  { material, rules }: Conditions,
  entries: readonly TransparencyLogEntry[],
  { timestamps }: Way,
): void {
  const byCertificate = holder.kind === 'certificate';
  const publicKey = () => {
    if (byCertificate) throw new Refusal('signed with a key, expected a certificate');
    return { publicKey: holder.key, validFor: () => true };
  };
  const unverified = entries.filter((entry) => !isInToto001(entry));
  const verified = entries.length - unverified.length;
  // G16: one entry is enough; a higher threshold would count entries of one log twice.
  const verifier = new Verifier(
    { ...material, publicKey },
    {
      tlogThreshold: rules.unsafeIgnoreTransparencyLog || verified > 0 ? 0 : 1,
      ctlogThreshold: byCertificate ? 1 : 0,
      timestampThreshold: byCertificate ? 1 : 0,
    },
  );
  verifier.verify({
    signature: new HashedSignature(signed, hashesOf(signed, holder)),
    key: byCertificate
      ? { $case: 'certificate', certificate: holder.leaf.x509 }
      : { $case: 'public-key', hint: '' },
    tlogEntries: unverified as SignedEntity['tlogEntries'],
    timestamps,
  });
}

/** As sigstore-go: a certificate's curve decides, and SHA-256 for signatures of older clients. */
function hashesOf(signed: Signed, holder: Holder): HashName[] {
  if (holder.kind === 'key') return hashesOfKey(signed, holder);
  if (signed.format === 'legacy') return ['sha256'];
  return hashesOfCurve(holder.leaf.parsed.key);
}

/** Of files nobody says which: what the key's curve goes with. */
function hashesOfKey({ ofFile }: Signed, { key, hash }: KeyHolder): HashName[] {
  return ofFile === true ? hashesOfCurve(key) : [hash];
}

function hashesOfCurve(key: KeyObject): HashName[] {
  switch (key.asymmetricKeyDetails?.namedCurve) {
    case 'secp384r1':
      return ['sha384', 'sha256'];
    case 'secp521r1':
      return ['sha512', 'sha256'];
    default:
      return ['sha256'];
  }
}

/** The library wraps what went wrong: the causes say it. */
function reasonOf(thrown: unknown): string {
  const messages: string[] = [];
  for (let error: unknown = thrown; error !== undefined && messages.length < 4; ) {
    messages.push(messageOf(error));
    error = error instanceof Error ? error.cause : undefined;
  }
  return messages.join(': ');
}
