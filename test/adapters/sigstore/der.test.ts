import { describe, expect, it } from '@jest/globals';
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
  requireSmallInteger,
} from '../../../lambda/adapters/sigstore/der.ts';
import { Refusal } from '../../../lambda/adapters/sigstore/refusal.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const only = (text: string): Der => new DerReader(hex(text), 'test').next();
const time = (tag: string, text: string) =>
  only(`${tag}${text.length.toString(16).padStart(2, '0')}${Buffer.from(text).toString('hex')}`);

describe('DER', () => {
  it('is read value by value', () => {
    const reader = readOnly(hex('30 06 02 01 05 01 01 ff'), 0x30, 'test');
    expect(requireInteger(reader.take(0x02), 'test')).toEqual(hex('05'));
    expect(reader.optional(0x05)).toBeUndefined();
    expect(readBoolean(reader.take(0x01), 'test')).toBe(true);
    expect(reader.done).toBe(true);
    reader.end();
  });

  it('has lengths of several bytes where they are needed', () => {
    const long = Buffer.concat([hex('04 81 80'), Buffer.alloc(128)]);
    expect(new DerReader(long, 'test').next().content).toHaveLength(128);
  });

  it.each([
    ['a length that is longer than it must be', '04 81 01 00'],
    ['a length with a leading zero', '04 82 00 01 00'],
    ['an indefinite length', '30 80 00 00'],
    ['an indefinite length of much', `30 80 ${'00'.repeat(200)}`],
    ['a length of five bytes', '04 85 01 00 00 00 00'],
    ['a value that is cut', '04 05 00'],
    ['a length that is cut', '04 82 01'],
    ['nothing', ''],
    ['a long tag', '1f 1f 00'],
    ['a long tag that reads as a short one', '1f 00'],
  ])('is not read with %s', (_name, text) => {
    expect(() => new DerReader(hex(text), 'test').next()).toThrow(Refusal);
  });

  it('ends where it ends', () => {
    expect(() => readOnly(hex('30 00 00'), 0x30, 'test')).toThrow('1 bytes too many');
    expect(() => readOnly(hex('31 00'), 0x30, 'test')).toThrow('tag 31 where tag 30 belongs');
  });
});

describe('a value in DER', () => {
  it.each(['02 00', '02 02 00 7f', '02 02 ff 80', '02 03 00 00 80'])(
    'is no integer as %s',
    (text) => {
      expect(() => requireInteger(only(text), 'test')).toThrow(Refusal);
    },
  );

  it.each(['02 01 00', '02 01 80', '02 02 00 80', '02 02 ff 7f'])('is the integer %s', (text) => {
    expect(requireInteger(only(text), 'test')).toEqual(only(text).content);
  });

  it('is a small integer up to four bytes', () => {
    expect(requireSmallInteger(only('02 04 7f ff ff ff'), 'test')).toHaveLength(4);
    expect(() => requireSmallInteger(only('02 05 7f ff ff ff ff'), 'test')).toThrow('of 5 bytes');
  });

  it.each(['01 00', '01 01 01', '01 02 ff ff'])('is no boolean as %s', (text) => {
    expect(() => readBoolean(only(text), 'test')).toThrow(Refusal);
  });

  it.each([
    ['06 03 55 1d 11', '2.5.29.17'],
    ['06 01 2a', '1.2'],
    ['06 03 88 37 03', '2.999.3'],
    ['06 04 55 81 80 00', '2.5.16384'],
    ['06 0a 2b 06 01 04 01 83 bf 30 01 08', '1.3.6.1.4.1.57264.1.8'],
  ])('is the object identifier of %s', (text, oid) => {
    expect(readOid(only(text), 'test')).toBe(oid);
  });

  const long = `06 41 ${'ff'.repeat(64)} 01`;
  it.each(['06 00', '06 03 55 80 1d', '06 02 55 9d', '06 04 55 80 80 01', long])(
    'is no object identifier as %s',
    (text) => {
      expect(() => readOid(only(text), 'test')).toThrow('malformed object identifier');
    },
  );

  it('has no unused bits', () => {
    expect(readBits(only('03 02 00 ff'), 'test')).toEqual(hex('ff'));
    expect(() => readBits(only('03 02 01 fe'), 'test')).toThrow('unused bits');
    expect(() => readBits(only('03 00'), 'test')).toThrow('unused bits');
  });

  it.each(['03 01 00', '03 02 00 ff', '03 02 07 80', '03 02 01 06'])('is bits as %s', (text) => {
    expect(() => requireBits(only(text), 'test')).not.toThrow();
  });

  it.each(['03 00', '03 01 01', '03 02 08 00', '03 02 07 c0', '03 02 01 01'])(
    'is no bits as %s',
    (text) => {
      expect(() => requireBits(only(text), 'test')).toThrow('malformed bits');
    },
  );

  it.each([
    ['17', '260102030405Z', '2026-01-02T03:04:05.000Z'],
    ['17', '500102030405Z', '1950-01-02T03:04:05.000Z'],
    ['18', '20510102030405Z', '2051-01-02T03:04:05.000Z'],
  ])('is the time of %s %s', (tag, text, iso) => {
    expect(readTime(time(tag, text), 'test').toISOString()).toBe(iso);
  });

  it.each([
    ['17', '2601020304Z'],
    ['17', '260102030405+0000'],
    ['17', '20260102030405Z'],
    ['17', '260230030405Z'],
    ['17', '260102030460Z'],
    ['18', '20260102030405.5Z'],
    ['18', '20260102030405z'],
    ['0c', '260102030405Z'],
  ])('is no time as %s %s', (tag, text) => {
    expect(() => readTime(time(tag, text), 'test')).toThrow('malformed time');
  });
});
