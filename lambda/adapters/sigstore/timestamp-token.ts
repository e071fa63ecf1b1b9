import type { TrustMaterial } from '@sigstore/verify';
import {
  type Der,
  DerReader,
  readBoolean,
  readOid,
  readOnly,
  readTime,
  requireInteger,
  requireSmallInteger,
  TAG,
} from './der.ts';
import { Refusal } from './refusal.ts';
import { type Certificate, parseCertificate } from './x509.ts';

const WHAT = 'timestamp';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const HASHES = [SHA256, '2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.3'];
/** ECDSA with SHA-2. Any other name the library takes for the key's default. */
const ECDSA = /^1\.2\.840\.10045\.4\.3\.[234]$/;
/** RSA, of which the library knows the default hash only. */
const RSA = /^1\.2\.840\.113549\.1\.1\.(?:1|11)$/;

interface Token {
  readonly certificates: readonly Certificate[];
  /** DER. */
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly signingTime?: Date;
}

/**
 * What the library leaves unchecked of an RFC 3161 response: that it is one, granted, with one
 * signer, in DER to its last byte; and that a certificate that comes with it as the signer's is the
 * trusted one and no other of that name (CVE-2026-39984).
 *
 * @throws {Refusal}
 */
export function requireSoundTimestamp(
  der: Buffer,
  authorities: TrustMaterial['timestampAuthorities'],
): void {
  const { certificates, issuer, serial, signingTime } = readToken(der);
  const trusted = authorities.flatMap(({ certChain }) =>
    certChain.slice(0, 1).map((leaf) => parseCertificate(leaf.root.toDER())),
  );
  const named = (certificate: Certificate) =>
    certificate.issuer.equals(issuer) && certificate.serial.equals(serial);
  const signer = trusted.find(named);
  if (signer === undefined) throw new Refusal('timestamp is by an unknown authority');
  const embedded = certificates.find(named);
  if (certificates.length > 0 && !trusted.some(({ der: own }) => embedded?.der.equals(own))) {
    throw new Refusal('timestamp comes with another certificate than the one that it is by');
  }
  // As the reader of cosign: a signer that claims a time when its certificate was not valid.
  if (signingTime && (signingTime < signer.notBefore || signingTime > signer.notAfter)) {
    throw new Refusal('timestamp was signed when its certificate was not valid');
  }
}

/** RFC 3161 section 2.4.2. */
function readToken(der: Buffer): Token {
  const response = readOnly(der, TAG.sequence, WHAT);
  const status = requireInteger(response.inside(TAG.sequence).take(TAG.integer), WHAT);
  if (status.length !== 1 || status[0] !== 0) throw new Refusal('timestamp was not granted');
  const info = response.inside(TAG.sequence);
  response.end();
  requireOid(info.take(TAG.oid), SIGNED_DATA);
  const explicit = info.inside(0xa0);
  info.end();
  const signedData = explicit.inside(TAG.sequence);
  explicit.end();
  return readSignedData(signedData);
}

/** RFC 5652 section 5.1. */
function readSignedData(data: DerReader): Token {
  requireSmallInteger(data.take(TAG.integer), WHAT);
  data.inside(TAG.set).rest().forEach(requireAlgorithm);
  readContent(data.inside(TAG.sequence));
  const embedded = data.optional(0xa0)?.content ?? Buffer.alloc(0);
  data.optional(0xa1);
  const signers = data.inside(TAG.set);
  data.end();
  const signer = signers.inside(TAG.sequence);
  signers.end();
  const certificates = new DerReader(embedded, WHAT)
    .rest()
    .map(({ bytes }) => parseCertificate(bytes));
  return { certificates, ...readSigner(signer) };
}

function readContent(content: DerReader): void {
  requireOid(content.take(TAG.oid), TST_INFO);
  const explicit = content.inside(0xa0);
  content.end();
  const octets = explicit.take(TAG.octets).content;
  explicit.end();
  readInfo(readOnly(octets, TAG.sequence, WHAT));
}

function readInfo(info: DerReader): void {
  requireSmallInteger(info.take(TAG.integer), WHAT);
  readOid(info.take(TAG.oid), WHAT);
  const imprint = info.inside(TAG.sequence);
  requireOneOf(requireAlgorithm(imprint.take(TAG.sequence)), HASHES);
  imprint.take(TAG.octets);
  imprint.end();
  requireInteger(info.take(TAG.integer), WHAT);
  readTime(info.take(TAG.generalizedTime), WHAT);
  if (info.peek() === TAG.sequence) requireAccuracy(info.inside(TAG.sequence));
  const ordering = info.optional(TAG.boolean);
  if (ordering !== undefined) readBoolean(ordering, WHAT);
  const nonce = info.optional(TAG.integer);
  if (nonce !== undefined) requireInteger(nonce, WHAT);
  info.optional(0xa0);
  info.end();
}

/** Seconds, and thousandths of what is before them. */
function requireAccuracy(accuracy: DerReader): void {
  for (const tag of [TAG.integer, 0x80, 0x81]) {
    const part = accuracy.optional(tag);
    if (part !== undefined) requireSmallInteger(part, WHAT);
  }
  accuracy.end();
}

/** RFC 5652 section 5.3. */
function readSigner(signer: DerReader): Omit<Token, 'certificates'> {
  requireSmallInteger(signer.take(TAG.integer), WHAT);
  const id = signer.inside(TAG.sequence);
  const issuer = id.take(TAG.sequence).bytes;
  const serial = requireInteger(id.take(TAG.integer), WHAT);
  id.end();
  const hash = requireAlgorithm(signer.take(TAG.sequence));
  requireOneOf(hash, HASHES);
  const signingTime = readAttributes(signer.inside(0xa0));
  const algorithm = requireAlgorithm(signer.take(TAG.sequence));
  if (!ECDSA.test(algorithm) && !(RSA.test(algorithm) && hash === SHA256)) {
    throw new Refusal(`timestamp is signed with ${algorithm}, which is not supported`);
  }
  signer.take(TAG.octets);
  signer.optional(0xa1);
  signer.end();
  return { issuer, serial, ...(signingTime && { signingTime }) };
}

function readAttributes(attributes: DerReader): Date | undefined {
  const found = new Map<string, Der>();
  while (!attributes.done) {
    const attribute = attributes.inside(TAG.sequence);
    const oid = readOid(attribute.take(TAG.oid), WHAT);
    const [value, ...more] = attribute.inside(TAG.set).rest();
    attribute.end();
    if (value === undefined || more.length > 0 || found.has(oid)) {
      throw new Refusal('timestamp has an attribute with several values');
    }
    found.set(oid, value);
  }
  if (!found.has(MESSAGE_DIGEST)) throw new Refusal('timestamp does not sign its content');
  const time = found.get(SIGNING_TIME);
  return time && readTime(time, WHAT);
}

/** AlgorithmIdentifier: a name, and parameters that are none or NULL. */
function requireAlgorithm({ tag, content }: Der): string {
  if (tag !== TAG.sequence) throw new Refusal('timestamp is not DER: an algorithm is missing');
  const algorithm = new DerReader(content, WHAT);
  const oid = readOid(algorithm.take(TAG.oid), WHAT);
  algorithm.optional(TAG.null);
  algorithm.end();
  return oid;
}

function requireOid(value: Der, expected: string): void {
  requireOneOf(readOid(value, WHAT), [expected]);
}

function requireOneOf(oid: string, expected: readonly string[]): void {
  if (!expected.includes(oid)) {
    throw new Refusal(`timestamp has ${oid} where ${expected.join(' or ')} belongs`);
  }
}
