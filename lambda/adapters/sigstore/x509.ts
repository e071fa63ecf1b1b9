import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  type Der,
  DerReader,
  readBits,
  readBoolean,
  readOid,
  readOnly,
  readTime,
  requireBits,
  requireInteger,
  TAG,
} from './der.ts';
import { Refusal, refusing } from './refusal.ts';
import { readNames, type SubjectAlternativeName } from './x509-names.ts';

const WHAT = 'certificate';

export const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  anyExtendedKeyUsage: '2.5.29.37.0',
} as const;

export interface Extension {
  readonly critical: boolean;
  readonly value: Buffer;
}

/** A certificate, read as strictly as Go's `x509.ParseCertificate`, and somewhat more. */
export interface Certificate {
  readonly der: Buffer;
  readonly serial: Buffer;
  /** DER, as it is. */
  readonly issuer: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyObject;
  /** By object identifier, in their order. */
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly names: readonly SubjectAlternativeName[];
  /** Undefined where the extension is not there. */
  readonly extendedKeyUsage?: readonly string[];
  readonly isAuthority: boolean;
}

/**
 * G4, G15, G17: what two parsers read differently is refused, so that the library below and cosign
 * see the same certificate.
 *
 * @throws {Refusal}
 */
export function parseCertificate(der: Buffer): Certificate {
  const outer = readOnly(der, TAG.sequence, WHAT);
  const signed = outer.inside(TAG.sequence);
  const outerAlgorithm = outer.take(TAG.sequence);
  readBits(outer.take(TAG.bits), WHAT);
  outer.end();
  requireVersion3(signed);
  const serial = requireInteger(signed.take(TAG.integer), WHAT);
  if ((serial[0] ?? 0) >= 0x80) throw new Refusal('certificate has a negative serial number');
  const algorithm = signed.take(TAG.sequence);
  // Attack: an algorithm outside that says how to verify what is signed inside.
  if (!algorithm.bytes.equals(outerAlgorithm.bytes)) {
    throw new Refusal('certificate names two signature algorithms');
  }
  requireKnownAlgorithm(algorithm);
  const issuer = requireName(signed.take(TAG.sequence));
  const validity = signed.inside(TAG.sequence);
  const notBefore = readTime(validity.next(), WHAT);
  const notAfter = readTime(validity.next(), WHAT);
  validity.end();
  requireName(signed.take(TAG.sequence));
  const key = readKey(signed.take(TAG.sequence).bytes);
  const extensions = readExtensions(signed.inside(0xa3));
  signed.end();
  return { ...{ der, serial, issuer, notBefore, notAfter, key, extensions }, ...read(extensions) };
}

/** Version 3 is 2; others have no extensions, and so no name. */
function requireVersion3(signed: DerReader): void {
  const version = signed.inside(0xa0);
  const number = requireInteger(version.take(TAG.integer), WHAT);
  version.end();
  if (number.length !== 1 || number[0] !== 2) throw new Refusal('certificate is not of version 3');
}

/** Others the library would verify with the key's default hash. */
const ALGORITHMS = [
  ...['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4'],
  ...['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13'],
];

function requireKnownAlgorithm({ content }: Der): void {
  const oid = readOid(new DerReader(content, WHAT).take(TAG.oid), WHAT);
  if (!ALGORITHMS.includes(oid)) throw new Refusal(`certificate is signed by ${oid}`);
}

/** PrintableString and what else a name may be made of: its content is only compared. */
const STRINGS: readonly number[] = [TAG.utf8, 0x13, 0x14, 0x16, 0x12, 0x1e];

/** RDNSequence. @returns its DER */
function requireName({ content, bytes }: Der): Buffer {
  const name = new DerReader(content, WHAT);
  while (!name.done) {
    const set = name.inside(TAG.set);
    while (!set.done) requireAttribute(set.inside(TAG.sequence));
  }
  return bytes;
}

function requireAttribute(attribute: DerReader): void {
  readOid(attribute.take(TAG.oid), WHAT);
  const { tag, content } = attribute.next();
  attribute.end();
  const printable = content.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (!STRINGS.includes(tag) || (tag !== TAG.utf8 && !printable)) {
    throw new Refusal('certificate has a name that is no text');
  }
  if (tag === TAG.utf8)
    refusing(WHAT, () => new TextDecoder('utf-8', { fatal: true }).decode(content));
}

/**
 * A key in the only encoding that Go knows for it: what OpenSSL reads more of (compressed points,
 * explicit curves) comes out of it in another way than it went in.
 *
 * @throws {Refusal}
 */
export function readKey(spki: Buffer): KeyObject {
  const key = refusing('key', () => createPublicKey({ key: spki, format: 'der', type: 'spki' }));
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const known =
    key.asymmetricKeyType === 'ec'
      ? ['prime256v1', 'secp384r1', 'secp521r1'].includes(curve)
      : ['rsa', 'ed25519'].includes(key.asymmetricKeyType ?? '');
  if (!known) throw new Refusal(`keys of type ${key.asymmetricKeyType} ${curve} are not supported`);
  if (!key.export({ format: 'der', type: 'spki' }).equals(spki) || isCompressed(key, spki)) {
    throw new Refusal('key is not in its one encoding');
  }
  return key;
}

/** PKCS #1, as the certificate logs of old have their keys. @throws {Refusal} */
export function readPkcs1Key(der: Buffer): KeyObject {
  const read = refusing('key', () => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }));
  // OpenSSL 3.5 cannot write in PKCS #1 what it read from it.
  const spki = read.export({ format: 'der', type: 'spki' });
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (!key.export({ format: 'der', type: 'pkcs1' }).equals(der)) {
    throw new Refusal('key is not in its one encoding');
  }
  return key;
}

/** A point that is not compressed starts with 4. */
function isCompressed({ asymmetricKeyType }: KeyObject, spki: Buffer): boolean {
  if (asymmetricKeyType !== 'ec') return false;
  const [, point] = readOnly(spki, TAG.sequence, 'key').rest();
  return point === undefined || readBits(point, 'key')[0] !== 4;
}

function readExtensions(explicit: DerReader): Map<string, Extension> {
  const list = explicit.inside(TAG.sequence);
  explicit.end();
  const extensions = new Map<string, Extension>();
  while (!list.done) {
    const extension = list.inside(TAG.sequence);
    const oid = readOid(extension.take(TAG.oid), WHAT);
    const critical = extension.optional(TAG.boolean);
    const value = extension.take(TAG.octets).content;
    extension.end();
    const isCritical = critical !== undefined && readBoolean(critical, WHAT);
    // What is the default is left out in DER, and so by whoever writes the certificate anew.
    if (critical !== undefined && !isCritical) throw new Refusal('certificate is not DER');
    // Go refuses it, the library reads the first: a certificate that says two things names two signers.
    if (extensions.has(oid)) throw new Refusal('certificate has an extension twice');
    extensions.set(oid, { value, critical: isCritical });
  }
  return extensions;
}

type Read = Pick<Certificate, 'names' | 'extendedKeyUsage' | 'isAuthority'>;

function read(extensions: ReadonlyMap<string, Extension>): Read {
  const find = (oid: string) => extensions.get(oid)?.value;
  for (const oid of [OID.subjectKeyId, OID.authorityKeyId, OID.authorityInfoAccess]) {
    if (extensions.get(oid)?.critical) throw new Refusal(`certificate has the critical ${oid}`);
  }
  const names = find(OID.subjectAltName);
  const usages = find(OID.extendedKeyUsage);
  const constraints = find(OID.basicConstraints);
  requireForms(find);
  return {
    names: names === undefined ? [] : readNames(readOnly(names, TAG.sequence, WHAT)),
    ...(usages !== undefined && { extendedKeyUsage: readUsages(usages) }),
    isAuthority: constraints !== undefined && readConstraints(constraints),
  };
}

/** What the library uses without looking at its form, and what Go reads although nobody uses it. */
function requireForms(find: (oid: string) => Buffer | undefined): void {
  for (const oid of [OID.policyMappings, OID.policyConstraints, OID.inhibitAnyPolicy]) {
    if (find(oid) !== undefined)
      throw new Refusal(`certificate has ${oid}, which is not supported`);
  }
  requirePolicies(find(OID.certificatePolicies));
  requirePoints(find(OID.distributionPoints));
  requireAccess(find(OID.authorityInfoAccess));
  const [usage, subject, authority] = [OID.keyUsage, OID.subjectKeyId, OID.authorityKeyId].map(
    find,
  );
  if (usage !== undefined) requireBits(onlyOf(usage, TAG.bits), WHAT);
  if (subject !== undefined) onlyOf(subject, TAG.octets);
  if (authority !== undefined) readOnly(authority, TAG.sequence, WHAT).rest();
}

function onlyOf(bytes: Buffer, tag: number): Der {
  const reader = new DerReader(bytes, WHAT);
  const value = reader.take(tag);
  reader.end();
  return value;
}

function itemsOf(value: Buffer | undefined): DerReader[] {
  if (value === undefined) return [];
  const list = readOnly(value, TAG.sequence, WHAT);
  const items: DerReader[] = [];
  while (!list.done) items.push(list.inside(TAG.sequence));
  return items;
}

function requirePolicies(value: Buffer | undefined): void {
  const policies = itemsOf(value).map((policy) => readOid(policy.take(TAG.oid), WHAT));
  if (new Set(policies).size !== policies.length)
    throw new Refusal('certificate has a policy twice');
}

function requirePoints(value: Buffer | undefined): void {
  for (const point of itemsOf(value)) {
    if (point.peek() === 0xa0) point.inside(0xa0).inside(0xa0).rest();
  }
}

function requireAccess(value: Buffer | undefined): void {
  for (const access of itemsOf(value)) {
    readOid(access.take(TAG.oid), WHAT);
    access.next();
  }
}

function readUsages(value: Buffer): string[] {
  return readOnly(value, TAG.sequence, WHAT)
    .rest()
    .map((usage) => {
      if (usage.tag !== TAG.oid)
        throw new Refusal('certificate has a malformed extended key usage');
      return readOid(usage, WHAT);
    });
}

function readConstraints(value: Buffer): boolean {
  const constraints = readOnly(value, TAG.sequence, WHAT);
  const authority = constraints.optional(TAG.boolean);
  const pathLength = constraints.optional(TAG.integer);
  constraints.end();
  if (pathLength !== undefined) requireInteger(pathLength, WHAT);
  return authority !== undefined && readBoolean(authority, WHAT);
}
