import { decodeBase64 } from './base64.ts';
import { Refusal } from './refusal.ts';

/** One block after the other, and nothing between them. */
const BLOCK =
  /\s*-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)\r?\n-----END \1-----[ \t]*(?:\r?\n|$)/y;
const MAX_BLOCKS = 10;

/**
 * What PEM blocks hold (RFC 7468), the first first. Go skips text before a block and headers in it,
 * and refuses text after one: here there is none of either.
 *
 * @throws {Refusal}
 */
export function readPem(pem: string): Buffer[] {
  const blocks: Buffer[] = [];
  let end = 0;
  while (pem.slice(end).trim() !== '') {
    BLOCK.lastIndex = end;
    const match = BLOCK.exec(pem);
    if (match === null) throw new Refusal('no PEM block where one was expected');
    if (blocks.length === MAX_BLOCKS) throw new Refusal(`more than ${MAX_BLOCKS} PEM blocks`);
    blocks.push(decodeBase64((match[2] ?? '').replace(/[ \t]/g, ''), 'PEM'));
    end = BLOCK.lastIndex;
  }
  return blocks;
}

/** @throws {Refusal} unless there is exactly one block. */
export function readOnlyPem(pem: string): Buffer {
  const [only, ...more] = readPem(pem);
  if (only === undefined || more.length > 0) throw new Refusal('not one PEM block');
  return only;
}
