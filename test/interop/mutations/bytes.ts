import type { Random } from './random.ts';

/** A change of some bytes, and what it was; undefined where it cannot be made. */
export interface Change {
  readonly bytes: Buffer;
  readonly said: string;
}

export type Operation = (bytes: Buffer, random: Random) => Change | undefined;

/** What can happen to any bytes. */
export const BYTE_OPERATIONS: readonly Operation[] = [
  function flip(bytes, random) {
    const [at, bit] = [random.below(bytes.length), random.below(8)];
    const changed = Buffer.from(bytes);
    changed.writeUInt8((changed[at] ?? 0) ^ (1 << bit), at);
    return { bytes: changed, said: `flip bit ${bit} of byte ${at}` };
  },
  function cutTail(bytes, random) {
    const length = random.below(bytes.length);
    return { bytes: bytes.subarray(0, length), said: `cut to ${length} of ${bytes.length} bytes` };
  },
  function cutHead(bytes, random) {
    const from = 1 + random.below(bytes.length);
    return { bytes: bytes.subarray(from), said: `cut the first ${from} bytes` };
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    const changed = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    return { bytes: changed, said: `remove byte ${at}` };
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1);
    const byte = random.pick([0x00, 0x20, 0x22, 0x30, 0x41, 0x7f, 0x80, 0xff]);
    const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]);
    return { bytes: changed, said: `insert byte ${byte.toString(16)} at ${at}` };
  },
  function append(bytes, random) {
    const tail = random.pick(['\n', ' ', '\0', 'x', '}', '{}', '!!!', '=', '\r\n\r\n']);
    return { bytes: Buffer.concat([bytes, Buffer.from(tail)]), said: `append ${quoted(tail)}` };
  },
  function prepend(bytes, random) {
    const head = random.pick(['\n', ' ', '\0', '\ufeff', 'x', '{}']);
    return { bytes: Buffer.concat([Buffer.from(head), bytes]), said: `prepend ${quoted(head)}` };
  },
  function double(bytes) {
    return { bytes: Buffer.concat([bytes, bytes]), said: 'write it twice' };
  },
  function empty() {
    return { bytes: Buffer.alloc(0), said: 'empty it' };
  },
  function reverse(bytes, random) {
    const from = random.below(bytes.length);
    const to = Math.min(bytes.length, from + 2 + random.below(30));
    const changed = Buffer.from(bytes);
    changed.subarray(from, to).reverse();
    return { bytes: changed, said: `reverse bytes ${from} to ${to}` };
  },
];

export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}
