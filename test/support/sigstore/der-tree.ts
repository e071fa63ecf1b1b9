/**
 * DER as nested values. Lengths are written anew, so that a change deep inside leaves a structure
 * that is well formed around it; a value can ask for a length that is not.
 */
export interface Tlv {
  tag: number;
  /** Of a constructed value, or of one that wraps DER (OCTET STRING, BIT STRING). */
  children?: Tlv[];
  /** What is before the children: the unused bits of a BIT STRING. */
  prefix: Buffer;
  content: Buffer;
  /** How the length is written; the shortest way unless said otherwise. */
  length?: 'long' | 'indefinite';
}

const CONSTRUCTED = 0x20;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;

/** @throws for what is not one DER value from its first to its last byte. */
export function parseDer(bytes: Buffer): Tlv {
  const [only, ...more] = parseAll(bytes);
  if (only === undefined || more.length > 0) throw new Error('not one DER value');
  return only;
}

function parseAll(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let from = 0; from < bytes.length; ) {
    const { tag, start, end } = headerAt(bytes, from);
    found.push(readValue(tag, bytes.subarray(start, end)));
    from = end;
  }
  return found;
}

function headerAt(bytes: Buffer, from: number): { tag: number; start: number; end: number } {
  const tag = bytes.readUInt8(from);
  const first = bytes.readUInt8(from + 1);
  const width = first < 0x80 ? 0 : first & 0x7f;
  if (width > 3 || first === 0x80 || (tag & 0x1f) === 0x1f) throw new Error('not DER');
  const length = width === 0 ? first : bytes.readUIntBE(from + 2, width);
  const start = from + 2 + width;
  if (start + length > bytes.length) throw new Error('not DER: it is cut');
  return { tag, start, end: start + length };
}

function readValue(tag: number, content: Buffer): Tlv {
  const prefix = content.subarray(0, tag === BIT_STRING ? 1 : 0);
  const plain = { tag, prefix: Buffer.alloc(0), content };
  const wraps = tag === OCTET_STRING || (tag === BIT_STRING && content[0] === 0);
  if ((tag & CONSTRUCTED) === 0 && !wraps) return plain;
  try {
    const inner = content.subarray(prefix.length);
    const children = parseAll(inner);
    // Random bytes sometimes read as DER: then they must at least read back as they were.
    if (wraps && (children.length !== 1 || !printAll(children).equals(inner))) return plain;
    return { tag, prefix, children, content };
  } catch (thrown) {
    if (wraps) return plain;
    throw thrown;
  }
}

export function printDer({ tag, children, prefix, content, length }: Tlv): Buffer {
  const body = children === undefined ? content : Buffer.concat([prefix, printAll(children)]);
  if (length === 'indefinite') {
    return Buffer.concat([Buffer.from([tag, 0x80]), body, Buffer.from([0, 0])]);
  }
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length, length === 'long'), body]);
}

function printAll(values: readonly Tlv[]): Buffer {
  return Buffer.concat(values.map(printDer));
}

function lengthOf(length: number, long: boolean): Buffer {
  if (length < 0x80 && !long) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const shortest = bytes.subarray(Math.min(3, bytes.findIndex((byte) => byte !== 0) >>> 0));
  const written = long ? Buffer.concat([Buffer.alloc(1), shortest]) : shortest;
  return Buffer.concat([Buffer.from([0x80 | written.length]), written]);
}

/** Every value with where it is (`0.6.1`), outermost first. */
export function valuesOf(value: Tlv, path = ''): { value: Tlv; path: string; parent?: Tlv }[] {
  const below = (value.children ?? []).flatMap((child, index) => {
    const [own, ...deeper] = valuesOf(child, path === '' ? `${index}` : `${path}.${index}`);
    return own === undefined ? [] : [{ ...own, parent: value }, ...deeper];
  });
  return [{ value, path }, ...below];
}

/** The bytes with one value changed: the one at a path such as `0.7.1`. */
export function edited(
  der: Buffer,
  path: string,
  edit: (value: Tlv, parent?: Tlv) => void,
): Buffer {
  const tree = parseDer(der);
  const found = valuesOf(tree).find((each) => each.path === path);
  if (found === undefined) throw new Error(`there is nothing at ${path}`);
  edit(found.value, found.parent);
  return printDer(tree);
}
