import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bits,
  certificateTime,
  type Der,
  der,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  truth,
  utf8,
} from './der.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

export function generateP256(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** DER SubjectPublicKeyInfo. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function sha256(...data: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of data) hash.update(part);
  return hash.digest();
}

export interface CertificateTemplate {
  readonly serial?: Uint8Array;
  readonly issuer: Der;
  readonly subject: Der;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  readonly extensions: readonly Der[];
}

/** The part of a certificate that is signed (RFC 5280 section 4.1). */
export function toBeSigned(template: CertificateTemplate): Der {
  return sequence(
    tagged(0, integer(2)),
    integer(template.serial ?? serialNumber()),
    ECDSA_SHA256,
    template.issuer,
    sequence(certificateTime(template.notBefore), certificateTime(template.notAfter)),
    template.subject,
    template.spki,
    tagged(3, sequence(...template.extensions)),
  );
}

export function certificate(template: CertificateTemplate, authority: KeyObject): Der {
  return signed(toBeSigned(template), authority);
}

/** A certificate around what is signed. */
export function signed(tbs: Uint8Array, authority: KeyObject): Der {
  return sequence(tbs, ECDSA_SHA256, bits(sign('sha256', tbs, authority)));
}

/** Positive and not longer than it has to be. */
export function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([0x5a]), randomBytes(15)]);
}

export const NOBODY = sequence();

export function nameOf(commonName: string): Der {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8(value)));
  return sequence(attribute('2.5.4.10', 'tagwarden.test'), attribute('2.5.4.3', commonName));
}

export function extension(id: string, critical: boolean, value: Uint8Array): Der {
  return sequence(oid(id), ...(critical ? [truth(true)] : []), octets(value));
}

export const extensions = {
  authority: (): Der => extension('2.5.29.19', true, sequence(truth(true))),
  leaf: (): Der => extension('2.5.29.19', true, sequence()),
  /** Bits of RFC 5280 section 4.2.1.3, most significant first. */
  keyUsage: (usage: 'digitalSignature' | 'keyCertSign'): Der => {
    const value =
      usage === 'digitalSignature' ? bits(Buffer.from([0x80]), 7) : bits(Buffer.from([0x06]), 1);
    return extension('2.5.29.15', true, value);
  },
  extendedKeyUsage: (id: string, critical = false): Der =>
    extension('2.5.29.37', critical, sequence(oid(id))),
  subjectKeyId: (spki: Uint8Array): Der => extension('2.5.29.14', false, octets(keyId(spki))),
  authorityKeyId: (spki: Uint8Array): Der =>
    extension('2.5.29.35', false, sequence(der(0x80, keyId(spki)))),
  /** Each name is a GeneralName: tag (0x81 e-mail, 0x82 DNS, 0x86 URI) and bytes. */
  subjectAltName: (...names: readonly Der[]): Der =>
    extension('2.5.29.17', true, sequence(...names)),
};

function keyId(spki: Uint8Array): Buffer {
  return sha256(spki).subarray(0, 20);
}

export function pemOf(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
