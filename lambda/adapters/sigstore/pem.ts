import { decodeBase64 } from './base64.ts';
import { Refusal } from './refusal.ts';

/** One block after the other, and nothing between them but empty lines. */
const BLOCK =
  /(?:[ \t\r]*\n)*-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?\n([A-Za-z0-9+/=\r\n\t ]*?)\r?\n-----END \1-----[ \t]*(?:\r?\n|$)/y;
const SPACE = ' \t\r\n';
const MAX_BLOCKS = 10;

/**
 * What PEM blocks hold (RFC 7468), the first first. Go skips text before a block and headers in it,
 * and refuses text after one: here there is none of either.
 *
 * @throws {Refusal}
 */
export function readPem(text: string): Buffer[] {
  const pem = trimmed(text);
  const blocks: Buffer[] = [];
  let end = 0;
  while (end < pem.length) {
    BLOCK.lastIndex = end;
    const match = BLOCK.exec(pem);
    if (match === null) throw new Refusal('no PEM block where one was expected');
    if (blocks.length === MAX_BLOCKS) throw new Refusal(`more than ${MAX_BLOCKS} PEM blocks`);
    blocks.push(decodeBase64((match[2] ?? '').replace(/[ \t]/g, ''), 'PEM'));
    end = BLOCK.lastIndex;
  }
  return blocks;
}

/** @throws {Refusal} unless there is exactly one block, from the first character on. */
export function readOnlyPem(pem: string): Buffer {
  if (!pem.startsWith('-----BEGIN ')) throw new Refusal('no PEM block where one was expected');
  const [only, ...more] = readPem(pem);
  if (only === undefined || more.length > 0) throw new Refusal('not one PEM block');
  return only;
}

/** Without white space of ASCII around it: Go takes no byte order mark for that, as `trim()` does. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (end > start && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
