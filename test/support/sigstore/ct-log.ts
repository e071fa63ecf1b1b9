import { sign } from 'node:crypto';
import { type Der, octets } from './der.ts';
import { extension, generateP256, type KeyPair, sha256, spkiOf } from './x509.ts';

const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';

/** A certificate transparency log (RFC 6962) that promises to include whatever it is shown. */
export class CtLog {
  readonly keys: KeyPair = generateP256();
  /** SHA-256 of the log's key. */
  readonly id = sha256(spkiOf(this.keys.publicKey));

  /** The extension that carries the log's promise for a certificate that is otherwise complete. */
  promise(
    tbs: Uint8Array,
    issuerSpki: Uint8Array,
    at: Date,
    extensions: Uint8Array = Buffer.alloc(0),
  ): Der {
    const time = uint(BigInt(at.getTime()), 8);
    // RFC 6962 section 3.2: version, signature type, time, precert_entry, issuer key hash, TBS, extensions.
    const signed = Buffer.concat([
      Buffer.from([0, 0]),
      time,
      uint(1n, 2),
      sha256(issuerSpki),
      uint(BigInt(tbs.length), 3),
      tbs,
      prefixed(extensions),
    ]);
    const signature = sign('sha256', signed, this.keys.privateKey);
    const sct = Buffer.concat([
      Buffer.from([0]),
      this.id,
      time,
      prefixed(extensions),
      Buffer.from([4, 3]),
      prefixed(signature),
    ]);
    return extension(SCT_LIST, false, octets(prefixed(prefixed(sct))));
  }
}

function prefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint(BigInt(bytes.length), 2), bytes]);
}

function uint(value: bigint, width: number): Buffer {
  return Buffer.from(value.toString(16).padStart(width * 2, '0'), 'hex');
}
