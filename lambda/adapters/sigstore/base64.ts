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

/** As protojson reads `bytes`: either alphabet, with or without padding. @throws {Refusal} */
export function decodeProtoBytes(text: string, what: string): Buffer<ArrayBuffer> {
  const standard = text
    .replace(/[\r\n]/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const padding = standard.length % 4 === 0 ? '' : '='.repeat(4 - (standard.length % 4));
  return decodeBase64(standard + padding, what);
}
