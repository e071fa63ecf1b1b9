import { Refusal } from './refusal.ts';

/** Tags (class, constructed bit and number in one byte) of what certificates and timestamps are made of. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: what it holds, and all of its bytes with tag and length. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
}

/**
 * Reads values one after the other, in DER (X.690) and nothing else.
 *
 * The library's decoder takes encodings that Go's refuses, and writes them anew before it verifies
 * signatures and hashes over them: one signature would cover documents that others read differently.
 */
export class DerReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #at = 0;

  /** @param what for messages: "certificate". */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next value, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next value, whatever it is. @throws {Refusal} */
  next(): Der {
    const tag = this.#byte(this.#at);
    // Tags of two bytes and more are in no structure that we read.
    if ((tag & 0x1f) === 0x1f) throw this.#refusal('a long tag');
    const { start, end } = this.#lengthAt(this.#at + 1);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return { tag, content: this.#bytes.subarray(start, end), bytes };
  }

  /** @throws {Refusal} unless the next value has this tag. */
  take(tag: number): Der {
    if (this.peek() !== tag) throw this.#refusal(`${hex(this.peek())} where ${hex(tag)} belongs`);
    return this.next();
  }

  optional(tag: number): Der | undefined {
    return this.peek() === tag ? this.next() : undefined;
  }

  /** What is inside the next value. @throws {Refusal} */
  inside(tag: number): DerReader {
    return new DerReader(this.take(tag).content, this.#what);
  }

  /** The values that are left. @throws {Refusal} */
  rest(): Der[] {
    const values: Der[] = [];
    while (!this.done) values.push(this.next());
    return values;
  }

  /** @throws {Refusal} when there is more. */
  end(): void {
    if (!this.done) throw this.#refusal(`${this.#bytes.length - this.#at} bytes too many`);
  }

  #lengthAt(at: number): { start: number; end: number } {
    const first = this.#byte(at);
    const width = first < 0x80 ? 0 : first & 0x7f;
    // Attack: an indefinite, or an unnecessarily long length.
    if (first === 0x80 || width > 4) throw this.#refusal('a length that is not DER');
    let length = width === 0 ? first : 0;
    for (let n = 1; n <= width; n += 1) length = length * 256 + this.#byte(at + n);
    if (width > 0 && (length < 0x80 || length < 256 ** (width - 1))) {
      throw this.#refusal('a length that is not DER');
    }
    const start = at + 1 + width;
    if (start + length > this.#bytes.length) throw this.#refusal('an end that is missing');
    return { start, end: start + length };
  }

  #byte(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw this.#refusal('an end that is missing');
    return byte;
  }

  #refusal(found: string): Refusal {
    return new Refusal(`${this.#what} is not DER: it has ${found}`);
  }
}

/** Reads bytes that are one value and nothing else. @throws {Refusal} */
export function readOnly(bytes: Uint8Array, tag: number, what: string): DerReader {
  const outer = new DerReader(bytes, what);
  const inner = outer.inside(tag);
  outer.end();
  return inner;
}

/** Two's complement in as few bytes as possible. @throws {Refusal} */
export function requireInteger({ content }: Der, what: string): Buffer {
  const [first, second = 0] = content;
  const padded = content.length > 1 && (second & 0x80) === (first === 0xff ? 0x80 : 0);
  if (first === undefined || (padded && (first === 0 || first === 0xff))) {
    throw new Refusal(`${what} is not DER: it has an integer of ${content.length} bytes`);
  }
  return content;
}

/** A small number: a version, seconds. @throws {Refusal} for more than four bytes. */
export function requireSmallInteger(value: Der, what: string): Buffer {
  const bytes = requireInteger(value, what);
  if (bytes.length > 4) throw new Refusal(`${what} has an integer of ${bytes.length} bytes`);
  return bytes;
}

/** @throws {Refusal} for anything but 00 and FF. */
export function readBoolean({ content }: Der, what: string): boolean {
  if (content.length === 1 && content[0] === 0xff) return true;
  if (content.length === 1 && content[0] === 0) return false;
  throw new Refusal(`${what} is not DER: it has a boolean that is neither true nor false`);
}

/** `2.5.29.17` @throws {Refusal} */
export function readOid({ content }: Der, what: string): string {
  // Attack: a megabyte of digits.
  if (content.length > MAX_OID_BYTES) throw malformedOid(what);
  const arcs: bigint[] = [];
  let arc: bigint | undefined;
  for (const byte of content) {
    // Attack: an arc padded with zeros, which some read as the arc without them.
    const isPadded = arc === undefined && byte === 0x80;
    if (isPadded) throw malformedOid(what);
    arc = ((arc ?? 0n) << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = undefined;
  }
  const [first, ...others] = arcs;
  if (first === undefined || arc !== undefined) throw malformedOid(what);
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...others].join('.');
}

const MAX_OID_BYTES = 64;

function malformedOid(what: string): Refusal {
  return new Refusal(`${what} is not DER: it has a malformed object identifier`);
}

/** A BIT STRING whose unused bits, if any, are zero. @throws {Refusal} */
export function requireBits({ content }: Der, what: string): void {
  const [unused = 8, ...bytes] = content;
  const last = bytes.at(-1) ?? 0;
  const isSound = unused < 8 && (bytes.length > 0 || unused === 0);
  if (!isSound || (last & ((1 << unused) - 1)) !== 0) {
    throw new Refusal(`${what} is not DER: it has malformed bits`);
  }
}

/** The bytes of a BIT STRING without unused bits. @throws {Refusal} */
export function readBits({ content }: Der, what: string): Buffer {
  if (content[0] !== 0) throw new Refusal(`${what} is not DER: it has unused bits`);
  return content.subarray(1);
}

const UTC_TIME = /^\d{12}Z$/;
const GENERALIZED_TIME = /^\d{14}Z$/;

/** With seconds, without fractions, in UTC (RFC 5280 section 4.1.2.5). @throws {Refusal} */
export function readTime({ tag, content }: Der, what: string): Date {
  const text = content.toString('latin1');
  const digits =
    tag === TAG.utcTime && UTC_TIME.test(text)
      ? `${text.slice(0, 2) < '50' ? '20' : '19'}${text}`
      : tag === TAG.generalizedTime && GENERALIZED_TIME.test(text)
        ? text
        : '';
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = new Date(iso);
  // Attack: 31 February, which is 2 March to some.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw new Refusal(`${what} is not DER: it has a malformed time`);
  }
  return time;
}

function hex(tag: number | undefined): string {
  return tag === undefined ? 'nothing' : `tag ${tag.toString(16).padStart(2, '0')}`;
}
