import { X509Certificate } from '@sigstore/core';
import { DerReader, TAG } from './der.ts';
import { decodeUtf8 } from './json.ts';
import { Refusal, refusing } from './refusal.ts';
import { type Certificate, OID, parseCertificate } from './x509.ts';
import type { SubjectAlternativeName } from './x509-names.ts';

export type { SanType, SubjectAlternativeName } from './x509-names.ts';

/** Fulcio's extensions (fulcio, docs/oid-info.md): 1 to 6 are raw text, from 8 on DER UTF8String. */
const FULCIO = '1.3.6.1.4.1.57264.1';
const FIRST_DER = 8;
const LAST_DER = 22;

/** What a Fulcio certificate says; true only if the certificate verifies. */
export interface CertificateClaims {
  /** The first URI, else the first e-mail address: the one that cosign compares on the bundle path. */
  readonly identity: SubjectAlternativeName;
  /** All of them: cosign's legacy path accepts any. */
  readonly names: readonly SubjectAlternativeName[];
  readonly issuer: string;
  /** The issuer in the older of its two extensions, the only one that cosign's legacy path knows. */
  readonly legacyIssuer?: string;
  readonly workflow: Readonly<
    Record<'trigger' | 'sha' | 'name' | 'repository' | 'ref', string | undefined>
  >;
  readonly sourceRepository?: string;
  readonly sourceRef?: string;
  readonly ownerId?: string;
}

export interface LeafCertificate {
  readonly x509: X509Certificate;
  readonly parsed: Certificate;
  readonly der: Buffer;
  readonly claims: CertificateClaims;
}

/** @throws {Refusal} for what is not a certificate, or names nobody. */
export function readLeaf(der: Buffer): LeafCertificate {
  return refusing('certificate', () => {
    const parsed = parseCertificate(der);
    const x509 = X509Certificate.parse(Buffer.from(der));
    return { x509, parsed, der, claims: readClaims(parsed) };
  });
}

/** G3: a certificate for TLS servers of the same authority must not sign images. @throws {Refusal} */
export function requireCodeSigning({ parsed: { extendedKeyUsage } }: LeafCertificate): void {
  if (extendedKeyUsage === undefined || allowsCodeSigning(extendedKeyUsage)) return;
  throw new Refusal(
    `certificate is for ${extendedKeyUsage.join(', ') || 'no usage'}, expected code signing`,
  );
}

export function allowsCodeSigning(usages: readonly string[]): boolean {
  return usages.includes(OID.codeSigning) || usages.includes(OID.anyExtendedKeyUsage);
}

const KNOWN: readonly string[] = [
  OID.subjectAltName,
  OID.keyUsage,
  OID.basicConstraints,
  OID.extendedKeyUsage,
];

/**
 * G4: a critical extension that nobody here understands may forbid exactly this use (RFC 5280
 * section 4.2). The names that an authority may issue are one: nobody here enforces them.
 *
 * @throws {Refusal}
 */
export function refuseUnknownCritical({ extensions }: Certificate): void {
  for (const [oid, { critical }] of extensions) {
    if (critical && !KNOWN.includes(oid)) {
      throw new Refusal(`certificate has the unknown critical extension ${oid}`);
    }
  }
  if (extensions.has(OID.nameConstraints)) {
    throw new Refusal('certificate constrains the names of others, which is not supported');
  }
}

function readClaims(parsed: Certificate): CertificateClaims {
  const { names, extensions } = parsed;
  const identity =
    names.find(({ type }) => type === 'uri') ?? names.find(({ type }) => type === 'email');
  // An empty name is none, for cosign too.
  if (!identity?.value) throw new Refusal('certificate names no URI and no e-mail address');
  const raw = (index: number) => {
    const value = extensions.get(`${FULCIO}.${index}`)?.value;
    return value === undefined ? undefined : decodeUtf8(value, 'certificate extension');
  };
  const texts = readDerTexts(parsed);
  const legacyIssuer = raw(1);
  const sourceRepository = texts.get(12);
  const sourceRef = texts.get(14);
  const ownerId = texts.get(17);
  return {
    identity,
    names,
    issuer: issuerOf(texts.get(8), legacyIssuer),
    ...(legacyIssuer !== undefined && { legacyIssuer }),
    workflow: {
      trigger: raw(2),
      sha: raw(3),
      name: raw(4),
      repository: raw(5),
      ref: raw(6),
    },
    ...(sourceRepository !== undefined && { sourceRepository }),
    ...(sourceRef !== undefined && { sourceRef }),
    ...(ownerId !== undefined && { ownerId }),
  };
}

/** Attack: two issuers, of which one verifier takes the first and the other the last. */
function issuerOf(issuer: string | undefined, legacyIssuer: string | undefined): string {
  const found = issuer ?? legacyIssuer;
  if (found === undefined) throw new Refusal('certificate names no issuer of its identity');
  if (legacyIssuer !== undefined && legacyIssuer !== found) {
    throw new Refusal('certificate names two issuers of its identity');
  }
  return found;
}

/** All of them must be texts, also those that are not used here: cosign reads them all. */
function readDerTexts({ extensions }: Certificate): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (let index = FIRST_DER; index <= LAST_DER; index += 1) {
    const value = extensions.get(`${FULCIO}.${index}`)?.value;
    if (value !== undefined) texts.set(index, derText(value, index));
  }
  return texts;
}

function derText(value: Buffer, index: number): string {
  const what = `certificate extension ${FULCIO}.${index}`;
  const reader = new DerReader(value, what);
  const text = reader.take(TAG.utf8);
  reader.end();
  return decodeUtf8(text.content, what);
}
