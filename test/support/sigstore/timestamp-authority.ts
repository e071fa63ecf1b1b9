import { randomBytes, sign } from 'node:crypto';
import { ASN1Obj } from '@sigstore/core';
import {
  type Der,
  der,
  generalizedTime,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  utcTime,
} from './der.ts';
import { parseDer, printDer, type Tlv } from './der-tree.ts';
import {
  certificate,
  ECDSA_SHA256,
  extensions,
  generateP256,
  nameOf,
  serialNumber,
  sha256,
  spkiOf,
} from './x509.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
const TST_INFO = oid('1.2.840.113549.1.9.16.1.4');
const SIGNED_DATA = oid('1.2.840.113549.1.7.2');

/** A time-stamping authority (RFC 3161): a root and one signing certificate. */
export class TimestampAuthority {
  readonly #keys = generateP256();
  readonly #issuer = nameOf('tsa');
  readonly #serial: Buffer;
  readonly #embedded: readonly Der[];
  readonly #now: () => Date;
  /** Signing certificate and root, as a trusted root lists them. */
  readonly chain: readonly [Der, Der];
  /** Changes what the next timestamps say: for such as no sound authority would make. */
  distort?: (info: Tlv) => void;

  /** @param victim whose name and serial number it takes, and whose certificate it embeds */
  constructor(start: Date, end: Date, now: () => Date, victim?: TimestampAuthority) {
    this.#now = now;
    this.#serial = victim === undefined ? serialNumber() : victim.#serial;
    const root = generateP256();
    const validity = { issuer: this.#issuer, notBefore: start, notAfter: end };
    const rootSpki = spkiOf(root.publicKey);
    const spki = spkiOf(this.#keys.publicKey);
    this.chain = [
      certificate(
        {
          ...validity,
          serial: this.#serial,
          subject: nameOf('tsa signing'),
          spki,
          extensions: [
            extensions.leaf(),
            extensions.keyUsage('digitalSignature'),
            extensions.extendedKeyUsage(TIME_STAMPING, true),
            extensions.subjectKeyId(spki),
            extensions.authorityKeyId(rootSpki),
          ],
        },
        root.privateKey,
      ),
      certificate(
        {
          ...validity,
          subject: this.#issuer,
          spki: rootSpki,
          extensions: [
            extensions.authority(),
            extensions.keyUsage('keyCertSign'),
            extensions.subjectKeyId(rootSpki),
            extensions.authorityKeyId(rootSpki),
          ],
        },
        root.privateKey,
      ),
    ];
    this.#embedded = victim === undefined ? [] : [victim.chain[0]];
  }

  /**
   * Answers a DER TimeStampReq with a DER TimeStampResp.
   *
   * @param embed its certificate, as `certReq` of the request asks
   */
  stamp(request: Uint8Array, embed = true): Der {
    const [, imprint, ...optional] = ASN1Obj.parseBuffer(Buffer.from(request)).subs;
    if (imprint === undefined) throw new Error('not a timestamp request');
    const nonce = optional.find(({ tag }) => tag.isInteger());
    const at = this.#now();
    const info = sequence(
      integer(1),
      oid('1.3.6.1.4.1.57264.2'),
      imprint.toDER(),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      generalizedTime(at),
      ...(nonce === undefined ? [] : [nonce.toDER()]),
    );
    const said = this.#distorted(info);
    return sequence(
      sequence(integer(0)),
      sequence(SIGNED_DATA, tagged(0, this.#sign(said, at, embed))),
    );
  }

  #distorted(info: Der): Der {
    if (this.distort === undefined) return info;
    const tree = parseDer(info);
    this.distort(tree);
    return Buffer.from(printDer(tree));
  }

  /** CMS SignedData (RFC 5652) around the time. */
  #sign(info: Der, at: Date, embed: boolean): Der {
    const attributes = this.#attributes(info, at);
    const signature = sign('sha256', set(...attributes), this.#keys.privateKey);
    const signerInfo = sequence(
      integer(1),
      sequence(this.#issuer, integer(this.#serial)),
      SHA256,
      tagged(0, ...attributes),
      ECDSA_SHA256,
      octets(signature),
    );
    return sequence(
      integer(3),
      set(SHA256),
      sequence(TST_INFO, tagged(0, octets(info))),
      ...(embed ? [tagged(0, ...this.#embedded, this.chain[0])] : []),
      set(signerInfo),
    );
  }

  /** In DER order: a SET is sorted, and shorter ones come first here. */
  #attributes(info: Der, at: Date): Der[] {
    const attribute = (id: string, value: Der) => sequence(oid(id), set(value));
    const issuerName = sequence(der(0xa4, this.#issuer));
    // RFC 5816: binds the signature to the signing certificate.
    const certificateId = sequence(
      octets(sha256(this.chain[0])),
      sequence(issuerName, integer(this.#serial)),
    );
    return [
      attribute('1.2.840.113549.1.9.3', TST_INFO),
      attribute('1.2.840.113549.1.9.5', utcTime(at)),
      attribute('1.2.840.113549.1.9.4', octets(sha256(info))),
      attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(certificateId))),
    ];
  }
}
