import { Refusal } from './refusal.ts';

/**
 * Whether it is padded base64 of the standard alphabet. Not one pattern of the whole: it would look
 * for groups of four again and again in a text of megabytes.
 */
export function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  const digits = padding === 0 ? text : text.slice(0, -padding);
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(digits);
}

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
  if (!isBase64(compact)) throw new Refusal(`${what} is not padded standard base64`);
  return Buffer.from(compact, 'base64');
}

/**
 * As protojson reads `bytes`: one of the two alphabets; padded if that makes blocks of four, line
 * breaks included, and else not. @throws {Refusal}
 */
export function decodeProtoBytes(text: string, what: string): Buffer<ArrayBuffer> {
  if (isBase64(text)) return Buffer.from(text, 'base64');
  const isUrlSafe = /[-_]/.test(text);
  const isPadded = text.length % 4 === 0;
  const compact = text.replace(/[\r\n]/g, '');
  const standard = compact.replaceAll('-', '+').replaceAll('_', '/');
  const padded = isPadded ? standard : standard + paddingOf(standard);
  const isMixed = (isUrlSafe && /[+/]/.test(text)) || (!isPadded && compact.includes('='));
  if (isMixed || !isBase64(padded)) throw new Refusal(`${what} is not base64`);
  return Buffer.from(padded, 'base64');
}

/** The same bytes in padded standard base64, in the only spelling of it. @throws {Refusal} */
export function respellProtoBytes(text: string, what: string): string {
  const end = text.slice(-4);
  const isCanonical = isBase64(text) && Buffer.from(end, 'base64').toString('base64') === end;
  return isCanonical ? text : decodeProtoBytes(text, what).toString('base64');
}

function paddingOf({ length }: string): string {
  return length % 4 === 0 ? '' : '='.repeat(4 - (length % 4));
}
