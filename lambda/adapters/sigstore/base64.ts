import { Refusal } from './refusal.ts';

const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Base64 as Go's `base64.StdEncoding` reads it: padded, standard alphabet, line breaks ignored.
 *
 * Node skips whatever it does not know, so that `sig` and `sig!!!` decode alike: two texts that
 * other verifiers tell apart would be one signature to us.
 *
 * @throws {Refusal}
 */
export function decodeBase64(text: string, what: string): Buffer<ArrayBuffer> {
  const compact = text.replace(/[\r\n]/g, '');
  if (!STANDARD.test(compact)) throw new Refusal(`${what} is not padded standard base64`);
  return Buffer.from(compact, 'base64');
}

/**
 * As protojson reads `bytes`: one of the two alphabets; padded if that makes blocks of four, line
 * breaks included, and else not. @throws {Refusal}
 */
export function decodeProtoBytes(text: string, what: string): Buffer<ArrayBuffer> {
  const isUrlSafe = /[-_]/.test(text);
  const isPadded = text.length % 4 === 0;
  const compact = text.replace(/[\r\n]/g, '');
  const standard = compact.replaceAll('-', '+').replaceAll('_', '/');
  const padded = isPadded ? standard : standard + paddingOf(standard);
  const isMixed = (isUrlSafe && /[+/]/.test(text)) || (!isPadded && compact.includes('='));
  if (isMixed || !STANDARD.test(padded)) throw new Refusal(`${what} is not base64`);
  return Buffer.from(padded, 'base64');
}

function paddingOf({ length }: string): string {
  return length % 4 === 0 ? '' : '='.repeat(4 - (length % 4));
}
