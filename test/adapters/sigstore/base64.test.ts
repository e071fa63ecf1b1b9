import { describe, expect, it } from '@jest/globals';
import {
  decodeBase64,
  decodeProtoBytes,
  respellProtoBytes,
} from '../../../lambda/adapters/sigstore/base64.ts';
import { Refusal } from '../../../lambda/adapters/sigstore/refusal.ts';

/** `+` and `/` in standard base64, `-` and `_` in the other. */
const BYTES = Buffer.from([0xfb, 0xff, 0xbf, 0x00]);
const STANDARD = '+/+/AA==';

describe('G9: base64', () => {
  it.each([STANDARD, '+/+/\nAA==', '+/+/AA=\r\n='])('is read as Go does: %j', (text) => {
    expect(decodeBase64(text, 'it')).toEqual(BYTES);
  });

  it.each(['+/+/AA', '-_-_AA==', '+/+/AA==!', '+/+/ AA==', '+/+/A===', '+/+/AA==AA=='])(
    'is refused: %j',
    (text) => {
      expect(() => decodeBase64(text, 'it')).toThrow(Refusal);
    },
  );
});

describe('G9: bytes of protobuf', () => {
  it.each([STANDARD, '-_-_AA==', '+/+/AA', '-_-_AA', '+/+/\r\nAA\r\n', '+/\n\n\n\n+/AA=='])(
    'are read as protojson does: %j',
    (text) => {
      expect(decodeProtoBytes(text, 'it')).toEqual(BYTES);
    },
  );

  it.each([
    ['both alphabets', '+_+/AA=='],
    ['padding, and a length that needs none', '+/+/AA=='.concat('\n')],
    ['too little padding', '+/+/AA='],
    ['a length that encodes nothing', '+/+/A'],
    ['junk', '+/+/AA==!!!!'],
  ])('are refused with %s', (_name, text) => {
    expect(() => decodeProtoBytes(text, 'it')).toThrow(Refusal);
  });
});

describe('bytes of protobuf, respelled', () => {
  it.each([STANDARD, '-_-_AA==', '+/+/AA', '-_-_AA', '+/+/\r\nAA\r\n', '+/+/AB=='])(
    'are in the only spelling there is: %j',
    (text) => {
      expect(respellProtoBytes(text, 'it')).toBe(STANDARD);
    },
  );

  it('are refused where they are no bytes', () => {
    expect(() => respellProtoBytes('+/+/AA==!!!!', 'it')).toThrow(Refusal);
  });
});
