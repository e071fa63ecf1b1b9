import { parseDer, printDer, type Tlv, valuesOf } from '../../support/sigstore/der-tree.ts';
import type { Operation } from './bytes.ts';
import type { Random } from './random.ts';

type Found = ReturnType<typeof valuesOf>[number];
type Edit = (found: Found, random: Random) => string | undefined;

const EDITS: readonly Edit[] = [
  dropValue,
  duplicateValue,
  swapValues,
  retag,
  retag,
  relength,
  reinteger,
  retime,
  changeContent,
  changeContent,
  appendInside,
  reboolean,
];

/** Changes one value somewhere in it, and says how; undefined where that cannot be done. */
export function editTree(tree: Tlv, random: Random): string | undefined {
  return random.pick(EDITS)(random.pick(valuesOf(tree)), random);
}

/** DER with one value changed; the lengths around it follow. */
export const DER_OPERATIONS: readonly Operation[] = [
  (bytes, random) => {
    const tree = tryParse(bytes);
    const said = tree && editTree(tree, random);
    return tree === undefined || said === undefined ? undefined : { bytes: printDer(tree), said };
  },
];

function tryParse(bytes: Buffer): Tlv | undefined {
  try {
    return parseDer(Buffer.from(bytes));
  } catch {
    return undefined;
  }
}

function tagOf({ tag }: Tlv): string {
  return tag.toString(16).padStart(2, '0');
}

function dropValue({ value, parent, path }: Found): string | undefined {
  if (parent?.children === undefined) return undefined;
  parent.children = parent.children.filter((child) => child !== value);
  return `drop ${tagOf(value)} at ${path}`;
}

function duplicateValue({ value, parent, path }: Found): string | undefined {
  if (parent?.children === undefined) return undefined;
  parent.children.splice(parent.children.indexOf(value), 0, value);
  return `${tagOf(value)} at ${path} twice`;
}

function swapValues({ value, path }: Found, random: Random): string | undefined {
  const children = value.children ?? [];
  if (children.length < 2) return undefined;
  const at = random.below(children.length - 1);
  const [one, two] = children.slice(at, at + 2);
  if (one === undefined || two === undefined) return undefined;
  children.splice(at, 2, two, one);
  return `swap values ${at} and ${at + 1} of ${path || 'the outermost'}`;
}

const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30];

function retag({ value, path }: Found, random: Random): string | undefined {
  const before = tagOf(value);
  const others = [...TAGS, 0x31, 0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa3, 0xa4, value.tag ^ 0x20];
  const tag = random.pick(others);
  if (tag === value.tag) return undefined;
  value.tag = tag;
  return `${before} at ${path} as ${tagOf(value)}`;
}

/** BER allows what DER does not. */
function relength({ value, path }: Found, random: Random): string {
  value.length = random.pick(['long', 'indefinite']);
  return `${value.length} length of ${tagOf(value)} at ${path}`;
}

const INTEGERS: readonly ((content: Buffer) => Buffer)[] = [
  (content) => Buffer.concat([Buffer.from([0]), content]),
  (content) => Buffer.concat([Buffer.from([0xff]), content]),
  (content) => Buffer.concat([Buffer.from([0x80]), content]),
  (content) => content.subarray(1),
  () => Buffer.from([0]),
  () => Buffer.alloc(0),
  () => Buffer.alloc(40, 0x7f),
];

function reinteger({ value, path }: Found, random: Random): string | undefined {
  if (value.tag !== 0x02) return undefined;
  const content = random.pick(INTEGERS)(value.content);
  value.content = content;
  return `integer at ${path} = ${content.toString('hex').slice(0, 40)}`;
}

const TIMES: readonly ((text: string) => string)[] = [
  (text) => text.replace('Z', '+0000'),
  (text) => text.replace('Z', ''),
  (text) => text.replace('Z', '.5Z'),
  (text) => text.replace(/\d\dZ$/, 'Z'),
  (text) => text.replace(/\d\dZ$/, '60Z'),
  (text) => text.replace(/^\d\d/, '20$&'),
  (text) => text.replace(/^\d\d/, ''),
  (text) => text.replace(/^\d\d/, '99'),
  (text) => text.replace(/^\d\d/, '00'),
  (text) => text.replace('Z', 'z'),
  (text) => ` ${text}`,
];

function retime({ value, path }: Found, random: Random): string | undefined {
  if (value.tag !== 0x17 && value.tag !== 0x18) return undefined;
  const text = random.pick(TIMES)(value.content.toString('latin1'));
  value.content = Buffer.from(text, 'latin1');
  return `time at ${path} = ${text}`;
}

function changeContent({ value, path }: Found, random: Random): string | undefined {
  if (value.children !== undefined || value.content.length === 0) return undefined;
  const content = Buffer.from(value.content);
  const at = random.below(content.length);
  const byte = random.pick([
    0x00,
    0x01,
    0x20,
    0x2e,
    0x41,
    0x7f,
    0x80,
    0xe8,
    0xff,
    (content[at] ?? 0) ^ 1,
  ]);
  content.writeUInt8(byte, at);
  value.content = content;
  return `byte ${at} of ${tagOf(value)} at ${path} = ${byte.toString(16)}`;
}

const TAILS = [
  Buffer.from([0]),
  Buffer.from([0x05, 0x00]),
  Buffer.from([0x30, 0x00]),
  Buffer.from('x'),
];

function appendInside({ value, path }: Found, random: Random): string {
  const tail = random.pick(TAILS);
  if (value.children === undefined) {
    value.content = Buffer.concat([value.content, tail]);
  } else {
    value.children.push({ tag: tail[0] ?? 0, prefix: Buffer.alloc(0), content: Buffer.alloc(0) });
  }
  return `append ${tail.toString('hex')} to ${tagOf(value)} at ${path}`;
}

function reboolean({ value, path }: Found, random: Random): string | undefined {
  if (value.tag !== 0x01) return undefined;
  const byte = random.pick([0x00, 0x01, 0x7f]);
  value.content = Buffer.from([byte]);
  return `boolean at ${path} = ${byte}`;
}
