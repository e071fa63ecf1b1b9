/** Just enough DER (X.690) to write certificates and timestamps, also malformed ones. */
export type Der = Buffer<ArrayBuffer>;

export function der(tag: number, ...content: readonly Uint8Array[]): Der {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...items: readonly Uint8Array[]): Der => der(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Der => der(0x31, ...items);
export const octets = (...content: readonly Uint8Array[]): Der => der(0x04, ...content);
export const bits = (content: Uint8Array, unused = 0): Der =>
  der(0x03, Buffer.from([unused]), content);
export const utf8 = (text: string): Der => der(0x0c, Buffer.from(text, 'utf8'));
export const truth = (value: boolean): Der => der(0x01, Buffer.from([value ? 0xff : 0]));

/** `[n]`, constructed (EXPLICIT, or IMPLICIT of a structure). */
export const tagged = (n: number, ...content: readonly Uint8Array[]): Der =>
  der(0xa0 | n, ...content);

/** An unsigned integer. */
export function integer(value: number | Uint8Array): Der {
  const bytes = typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value);
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
  return der(0x02, positive);
}

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(part: number): number[] {
  const digits = [part % 128];
  for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(0x80 | (left % 128));
  }
  return digits;
}

/** `YYYYMMDDHHMMSSZ`; fractions of a second are dropped. */
export const generalizedTime = (at: Date): Der => der(0x18, Buffer.from(digitsOf(at)));
export const utcTime = (at: Date): Der => der(0x17, Buffer.from(digitsOf(at).slice(2)));

/** As RFC 5280 section 4.1.2.5 wants it in certificates. */
export const certificateTime = (at: Date): Der =>
  at.getUTCFullYear() < 2050 ? utcTime(at) : generalizedTime(at);

function digitsOf(at: Date): string {
  return `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
