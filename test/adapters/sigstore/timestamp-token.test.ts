import { describe, expect, it } from '@jest/globals';
import { X509Certificate } from '@sigstore/core';
import { requireSoundTimestamp } from '../../../lambda/adapters/sigstore/timestamp-token.ts';
import { edited, type Tlv } from '../../support/sigstore/der-tree.ts';
import { stampRequest } from '../../support/sigstore/services.ts';
import { TimestampAuthority } from '../../support/sigstore/timestamp-authority.ts';

const [START, NOW, END] = ['2031', '2036', '2041'].map(
  (year) => new Date(`${year}-01-01T00:00:00Z`),
);
const between = [START as Date, END as Date] as const;
const authority = new TimestampAuthority(...between, () => NOW as Date);
const stamp = (by: TimestampAuthority) => by.stamp(stampRequest(Buffer.from('signature')));

function check(token: Buffer, { chain } = authority): void {
  const certChain = chain.map((bytes) => X509Certificate.parse(Buffer.from(bytes)));
  requireSoundTimestamp(token, [{ certChain, validFor: { start: between[0], end: between[1] } }]);
}

const SIGNED_DATA = '1.1.0';
const INFO = `${SIGNED_DATA}.2.1.0.0`;
const CERTIFICATE = `${SIGNED_DATA}.3.0`;
const SIGNER = `${SIGNED_DATA}.4.0`;

describe('a timestamp', () => {
  it('is sound as it is made, also without its certificate', () => {
    const token = stamp(authority);
    expect(() => check(token)).not.toThrow();
    expect(() => check(edited(token, `${SIGNED_DATA}.3`, drop))).not.toThrow();
  });

  const rows: [
    what: string,
    path: string,
    edit: (value: Tlv, parent?: Tlv) => void,
    why: string,
  ][] = [
    ['that was refused', '0.0', content([2]), 'was not granted'],
    ['that was granted with changes', '0.0', content([1]), 'was not granted'],
    ['that says 128 instead of granted', '0.0', content([0, 0x80]), 'was not granted'],
    ['with bytes after it', '', append, 'bytes too many'],
    ['in BER', SIGNED_DATA, longer, 'not DER'],
    ['that is no signed data', '1.0', lastByte(3), 'where 1.2.840.113549.1.7.2 belongs'],
    [
      'about something else than a time',
      `${SIGNED_DATA}.2.0`,
      lastByte(5),
      'where 1.2.840.113549.1.9.16.1.4 belongs',
    ],
    [
      'with a time that is none',
      `${INFO}.4`,
      content([...Buffer.from('20310230000000Z')]),
      'malformed time',
    ],
    [
      'with a version that is no number',
      `${INFO}.0`,
      content([1, 2, 3, 4, 5]),
      'an integer of 5 bytes',
    ],
    ['with a serial number that is not DER', `${INFO}.3`, content([0, 1]), 'an integer of 2 bytes'],
    ['with a nonce that is not DER', INFO, push(0x02, [0, 1]), 'an integer of 2 bytes'],
    ['with an accuracy of no size', INFO, push(0x30, [2, 5, 1, 2, 3, 4, 5]), 'an integer of 5'],
    ['with an algorithm that is none', `${SIGNED_DATA}.1.0`, asSet, 'an algorithm is missing'],
    ['with an algorithm too many', `${SIGNED_DATA}.1.0`, push(0x06, [0x2a]), 'bytes too many'],
    ['with a signer of no version', `${SIGNER}.0`, content([1, 2, 3, 4, 5]), 'of 5 bytes'],
    ['with an attribute of no value', `${SIGNER}.3.2.1.0`, drop, 'several values'],
    ['with a hash that is not supported', `${INFO}.2.0.0`, lastByte(9), 'belongs'],
    ['with two signers', `${SIGNED_DATA}.4`, repeat, 'bytes too many'],
    ['with an unknown signature algorithm', `${SIGNER}.4.0`, lastByte(1), 'is not supported'],
    ['with two digests', `${SIGNER}.3`, repeat, 'several values'],
    ['with an attribute of two values', `${SIGNER}.3.2.1`, repeat, 'several values'],
    ['without the digest', `${SIGNER}.3.2`, drop, 'does not sign its content'],
    ['with a certificate that is none', `${CERTIFICATE}.0.1`, content([0x80]), 'negative serial'],
    ['with its certificate in another form', `${CERTIFICATE}.0.5`, append, 'not DER'],
    ['by nobody we know', `${SIGNER}.1.1`, content([1]), 'unknown authority'],
    ['by somebody of another name', `${SIGNER}.1.0.1.0.1`, lastByte(65), 'unknown authority'],
  ];

  it.each(rows)('is refused: %s', (_what, path, edit, why) => {
    expect(() => check(edited(stamp(authority), path, edit))).toThrow(why);
  });

  it('is refused that comes with another certificate of the same name (CVE-2026-39984)', () => {
    const impostor = new TimestampAuthority(...between, () => NOW as Date, authority);
    const token = stamp(impostor);
    const onlyTheImpostor = edited(token, CERTIFICATE, drop);
    expect(() => check(onlyTheImpostor)).toThrow('another certificate than the one');
  });

  it('is refused that was signed after its certificate had expired', () => {
    const late = new TimestampAuthority(...between, () => new Date('2042-01-01T00:00:00Z'));
    expect(() => check(stamp(late), late)).toThrow('when its certificate was not valid');
  });
});

function drop(value: Tlv, parent?: Tlv): void {
  if (parent?.children) parent.children = parent.children.filter((child) => child !== value);
}

function append(value: Tlv): void {
  value.children?.push({ tag: 0x05, prefix: Buffer.alloc(0), content: Buffer.alloc(0) });
}

function asSet(value: Tlv): void {
  value.tag = 0x31;
}

function push(tag: number, bytes: readonly number[]): (value: Tlv) => void {
  return ({ children }) => {
    children?.push({ tag, prefix: Buffer.alloc(0), content: Buffer.from(bytes) });
  };
}

function longer(value: Tlv): void {
  value.length = 'long';
}

function repeat(value: Tlv): void {
  value.children?.push(...(value.children ?? []));
}

function content(bytes: readonly number[]): (value: Tlv) => void {
  return (value) => {
    value.content = Buffer.from(bytes);
  };
}

function lastByte(byte: number): (value: Tlv) => void {
  return (value) => {
    value.content = Buffer.concat([value.content.subarray(0, -1), Buffer.from([byte])]);
  };
}
