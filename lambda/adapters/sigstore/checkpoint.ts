import { decodeBase64 } from './base64.ts';
import { Refusal } from './refusal.ts';

/** What a log signed about itself (C2SP tlog-checkpoint): that it had this many entries, with this root. */
export interface Checkpoint {
  /** Without the number of a Rekor v1 tree. */
  readonly origin: string;
  readonly isRekorV1: boolean;
  readonly size: string;
  readonly root: Buffer;
  readonly signatures: readonly { readonly name: string; readonly hint: Buffer }[];
}

const MAX_SIGNATURES = 100;
/** Rekor v1 appends its tree's number: `rekor.example - 1193050959916656506`. */
const TREE = / - \d+$/;

/**
 * A signed note, as both Rekor's and sumdb's readers take it. The library looks for signatures
 * anywhere in it, and skips what it does not understand.
 *
 * @throws {Refusal}
 */
export function readCheckpoint(envelope: string): Checkpoint {
  const [text, block, ...more] = envelope.split('\n\n');
  if (text === undefined || block === undefined || more.length > 0 || hasControls(envelope)) {
    throw new Refusal('checkpoint is not one signed note');
  }
  const [name = '', size = '', root = ''] = text.split('\n');
  if (name === '' || !/^(?:0|[1-9]\d{0,18})$/.test(size)) {
    throw new Refusal('checkpoint has no name or no size');
  }
  return {
    origin: name.replace(TREE, ''),
    isRekorV1: TREE.test(name),
    size,
    root: decodeBase64(root, 'root of checkpoint'),
    signatures: readSignatures(block),
  };
}

/** Attack: what a terminal or another parser takes for the end of a line or text. */
function hasControls(text: string): boolean {
  return [...text].some((character) => character < ' ' && character !== '\n');
}

function readSignatures(block: string): Checkpoint['signatures'] {
  const lines = block.split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES) {
    throw new Refusal('checkpoint does not end with its signatures');
  }
  return lines.map((line) => {
    const [, name, base64 = ''] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
    const bytes = decodeBase64(base64, 'signature of checkpoint');
    if (name === undefined || bytes.length < 5) {
      throw new Refusal('checkpoint has a malformed signature');
    }
    return { name, hint: bytes.subarray(0, 4) };
  });
}
