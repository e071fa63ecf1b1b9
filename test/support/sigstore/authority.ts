import type { CtLog } from './ct-log.ts';
import { type Der, der, oid, sequence, utf8 } from './der.ts';
import { parseDer, printDer, type Tlv } from './der-tree.ts';
import {
  type CertificateTemplate,
  certificate,
  extension,
  extensions,
  generateP256,
  NOBODY,
  nameOf,
  serialNumber,
  signed,
  spkiOf,
  toBeSigned,
} from './x509.ts';

const MINUTE = 60_000;
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const FULCIO = '1.3.6.1.4.1.57264.1';

/** Claims of an identity token, of which the known ones become extensions (fulcio, docs/oid-info.md). */
export type Claims = Readonly<Record<string, unknown>>;

/** What differs from an ordinary leaf: for certificates that must be refused. */
export interface Unusual {
  /** None at all where it is empty. @default code signing */
  readonly extendedKeyUsage?: readonly string[];
  /** Whether it says that it is an authority itself. */
  readonly isAuthority?: boolean;
  /** Instead of the use "digital signature". */
  readonly keyUsage?: 'keyCertSign';
  /** Added as they are. */
  readonly extra?: readonly Der[];
  /** GeneralNames instead of the one of the identity. */
  readonly names?: readonly Der[];
  readonly withoutPromise?: boolean;
  /** Extensions of the log's promise (RFC 6962 section 3.2). */
  readonly promiseExtensions?: Buffer;
  readonly minutes?: number;
}

/** What differs from an ordinary intermediate certificate. */
export interface UnusualIntermediate {
  readonly notAfter?: Date;
  readonly extra?: readonly Der[];
  /** Whether it says that it is an authority. @default true */
  readonly isAuthority?: boolean;
}

/** A certificate authority as Fulcio is one: a root, an intermediate, and leaves that live ten minutes. */
export class Authority {
  readonly #root = generateP256();
  readonly #intermediate = generateP256();
  readonly #name = nameOf('sigstore-intermediate');
  readonly #ctLog: CtLog;
  /** Intermediate and root, as a trusted root lists them. */
  readonly chain: readonly Der[];
  /** Changes what is signed in the next certificates: for such as no sound authority would issue. */
  distort?: (tbs: Tlv) => void;

  constructor(ctLog: CtLog, start: Date, end: Date, unusual: UnusualIntermediate = {}) {
    this.#ctLog = ctLog;
    const rootName = nameOf('sigstore');
    const make = (subject: Der, spki: Uint8Array, of: UnusualIntermediate) =>
      certificate(
        {
          issuer: rootName,
          subject,
          notBefore: start,
          notAfter: of.notAfter ?? end,
          spki,
          extensions: [
            of.isAuthority === false ? extensions.leaf() : extensions.authority(),
            extensions.keyUsage('keyCertSign'),
            extensions.subjectKeyId(spki),
            extensions.authorityKeyId(spkiOf(this.#root.publicKey)),
            ...(of.extra ?? []),
          ],
        },
        this.#root.privateKey,
      );
    this.chain = [
      make(this.#name, spkiOf(this.#intermediate.publicKey), unusual),
      make(rootName, spkiOf(this.#root.publicKey), {}),
    ];
  }

  /** A leaf certificate for this key, with the promise of the log in it. */
  issue(spki: Uint8Array, identity: string, claims: Claims, at: Date, unusual: Unusual = {}): Der {
    const issuerSpki = spkiOf(this.#intermediate.publicKey);
    const names = unusual.names ?? [generalName(identity)];
    const template: CertificateTemplate = {
      serial: serialNumber(),
      issuer: this.#name,
      subject: NOBODY,
      notBefore: at,
      notAfter: new Date(at.getTime() + (unusual.minutes ?? 10) * MINUTE),
      spki,
      extensions: [
        extensions.keyUsage(unusual.keyUsage ?? 'digitalSignature'),
        ...usages(unusual.extendedKeyUsage ?? [CODE_SIGNING]),
        ...(unusual.isAuthority ? [extensions.authority()] : []),
        extensions.subjectKeyId(spki),
        extensions.authorityKeyId(issuerSpki),
        ...(names.length > 0 ? [extensions.subjectAltName(...names)] : []),
        ...claimExtensions(claims),
        ...(unusual.extra ?? []),
      ],
    };
    if (this.distort !== undefined) return this.#distorted(toBeSigned(template), at, this.distort);
    const promise = this.#ctLog.promise(
      toBeSigned(template),
      issuerSpki,
      at,
      unusual.promiseExtensions,
    );
    const all = [...template.extensions, ...(unusual.withoutPromise ? [] : [promise])];
    return certificate({ ...template, extensions: all }, this.#intermediate.privateKey);
  }

  /** With the log's promise for just that, where there are extensions to put it. */
  #distorted(tbs: Der, at: Date, distort: (tbs: Tlv) => void): Der {
    const tree = parseDer(tbs);
    distort(tree);
    const issuerSpki = spkiOf(this.#intermediate.publicKey);
    const promise = this.#ctLog.promise(printDer(tree), issuerSpki, at);
    const extensions = tree.children?.find(({ tag }) => tag === 0xa3)?.children?.[0];
    extensions?.children?.push(parseDer(promise));
    return signed(printDer(tree), this.#intermediate.privateKey);
  }
}

function usages(ids: readonly string[]): Der[] {
  return ids.length === 0 ? [] : [extension('2.5.29.37', false, sequence(...ids.map(oid)))];
}

function generalName(identity: string): Der {
  return der(identity.includes('://') ? 0x86 : 0x81, Buffer.from(identity, 'latin1'));
}

/** Extension numbers by claim; the first six carry raw text, the others DER. */
const RAW: Readonly<Record<string, number>> = {
  iss: 1,
  event_name: 2,
  sha: 3,
  workflow: 4,
  repository: 5,
  ref: 6,
};
const DER_TEXT: Readonly<Record<string, number>> = {
  iss: 8,
  repository_url: 12,
  sha: 13,
  ref: 14,
  repository_id: 15,
  repository_owner_url: 16,
  repository_owner_id: 17,
  event_name: 20,
};

function claimExtensions(claims: Claims): Der[] {
  return Object.entries(claims).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    const raw = RAW[name];
    const text = DER_TEXT[name];
    return [
      ...(raw === undefined ? [] : [extension(`${FULCIO}.${raw}`, false, Buffer.from(value))]),
      ...(text === undefined ? [] : [extension(`${FULCIO}.${text}`, false, utf8(value))]),
    ];
  });
}
