import { type ASN1Obj, X509Certificate } from '@sigstore/core';
import { decodeUtf8 } from './json.ts';
import { Refusal, refusing } from './refusal.ts';

const OID = {
  subjectAltName: '2.5.29.17',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  anyExtendedKeyUsage: '2.5.29.37.0',
} as const;
/** Fulcio's extensions (fulcio, docs/oid-info.md): 1 to 6 are raw text, from 8 on DER UTF8String. */
const FULCIO = '1.3.6.1.4.1.57264.1';
const UTF8_STRING = 12;

export type SanType = 'uri' | 'email' | 'dns';

export interface SubjectAlternativeName {
  readonly type: SanType;
  readonly value: string;
}

/** What a Fulcio certificate says; true only if the certificate verifies. */
export interface CertificateClaims {
  /** The first URI, else the first e-mail address: the one that cosign compares on the bundle path. */
  readonly identity: SubjectAlternativeName;
  /** All of them: cosign's legacy path accepts any. */
  readonly names: readonly SubjectAlternativeName[];
  readonly issuer: string;
  readonly workflow: Readonly<
    Record<'trigger' | 'sha' | 'name' | 'repository' | 'ref', string | undefined>
  >;
  readonly sourceRepository?: string;
  readonly sourceRef?: string;
  readonly ownerId?: string;
}

export interface LeafCertificate {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  readonly claims: CertificateClaims;
}

/** @throws {Refusal} for what is not a certificate, or names nobody. */
export function readLeaf(der: Buffer): LeafCertificate {
  return refusing('certificate', () => {
    const x509 = X509Certificate.parse(Buffer.from(der));
    refuseDuplicateExtensions(x509);
    return { x509, der, claims: readClaims(x509) };
  });
}

/**
 * Go refuses a certificate with two equal extensions, the library reads the first: a certificate
 * that says two things names two signers.
 */
function refuseDuplicateExtensions(x509: X509Certificate): void {
  const oids = x509.extensions.map((extension) => extension.subs[0]?.toOID());
  if (new Set(oids).size !== oids.length) throw new Refusal('certificate has an extension twice');
}

/** G3: a certificate for TLS servers of the same authority must not sign images. @throws {Refusal} */
export function requireCodeSigning({ x509 }: LeafCertificate): void {
  const extension = x509.extension(OID.extendedKeyUsage);
  if (extension === undefined) return;
  const usages = (extension.valueObj.subs[0]?.subs ?? []).map((usage) => usage.toOID());
  if (!usages.includes(OID.codeSigning) && !usages.includes(OID.anyExtendedKeyUsage)) {
    throw new Refusal(
      `certificate is for ${usages.join(', ') || 'no usage'}, expected code signing`,
    );
  }
}

/**
 * G4: a critical extension that nobody here understands may forbid exactly this use (RFC 5280
 * section 4.2). @throws {Refusal}
 */
export function refuseUnknownCritical({ x509 }: LeafCertificate): void {
  const known: string[] = [
    OID.subjectAltName,
    OID.keyUsage,
    OID.basicConstraints,
    OID.extendedKeyUsage,
  ];
  for (const { subs } of x509.extensions) {
    const oid = subs[0]?.toOID() ?? '';
    if (x509.extension(oid)?.critical && !known.includes(oid)) {
      throw new Refusal(`certificate has the unknown critical extension ${oid}`);
    }
  }
}

function readClaims(x509: X509Certificate): CertificateClaims {
  const names = readNames(x509);
  const identity =
    names.find(({ type }) => type === 'uri') ?? names.find(({ type }) => type === 'email');
  if (identity === undefined) throw new Refusal('certificate names no URI and no e-mail address');
  const issuer = derText(x509, 8) ?? rawText(x509, 1);
  if (issuer === undefined) throw new Refusal('certificate names no issuer of its identity');
  const sourceRepository = derText(x509, 12);
  const sourceRef = derText(x509, 14);
  const ownerId = derText(x509, 17);
  return {
    identity,
    names,
    issuer,
    workflow: {
      trigger: rawText(x509, 2),
      sha: rawText(x509, 3),
      name: rawText(x509, 4),
      repository: rawText(x509, 5),
      ref: rawText(x509, 6),
    },
    ...(sourceRepository !== undefined && { sourceRepository }),
    ...(sourceRef !== undefined && { sourceRef }),
    ...(ownerId !== undefined && { ownerId }),
  };
}

/** GeneralName tags of RFC 5280 section 4.2.1.6 that are IA5String. */
const NAME_TYPES: ReadonlyMap<number, SanType> = new Map([
  [1, 'email'],
  [2, 'dns'],
  [6, 'uri'],
]);

function readNames(x509: X509Certificate): SubjectAlternativeName[] {
  const names = x509.extension(OID.subjectAltName)?.valueObj.subs[0]?.subs ?? [];
  return names.flatMap((name) => {
    const type = name.tag.isContextSpecific() ? NAME_TYPES.get(name.tag.number) : undefined;
    return type === undefined ? [] : [{ type, value: ia5Text(name) }];
  });
}

/**
 * G17: the library decodes names as ASCII, which strips the high bit: byte 0xE8 reads as `h`, so a
 * name that Fulcio would grant to a stranger could read as an acceptable one.
 */
function ia5Text(name: ASN1Obj): string {
  if (name.value.some((byte) => byte < 0x20 || byte > 0x7e)) {
    throw new Refusal('certificate has a name that is not printable ASCII');
  }
  return name.value.toString('latin1');
}

function rawText(x509: X509Certificate, index: number): string | undefined {
  const value = x509.extension(`${FULCIO}.${index}`)?.value;
  return value === undefined ? undefined : decodeUtf8(value, 'certificate extension');
}

function derText(x509: X509Certificate, index: number): string | undefined {
  const extension = x509.extension(`${FULCIO}.${index}`);
  if (extension === undefined) return undefined;
  const [inner, ...more] = extension.valueObj.subs;
  if (inner === undefined || more.length > 0 || inner.tag.number !== UTF8_STRING) {
    throw new Refusal(`certificate extension ${FULCIO}.${index} is not one UTF8String`);
  }
  return decodeUtf8(inner.value, 'certificate extension');
}
