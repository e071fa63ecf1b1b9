import type { DerReader } from './der.ts';
import { Refusal } from './refusal.ts';

export type SanType = 'uri' | 'email' | 'dns';

export interface SubjectAlternativeName {
  readonly type: SanType;
  readonly value: string;
}

/** GeneralName tags of RFC 5280 section 4.2.1.6 that are IA5String; Go knows them in no other form. */
const NAME_TYPES: ReadonlyMap<number, SanType> = new Map([
  [0x81, 'email'],
  [0x82, 'dns'],
  [0x86, 'uri'],
]);

/** @throws {Refusal} */
export function readNames(names: DerReader): SubjectAlternativeName[] {
  return names.rest().flatMap(({ tag, content }) => {
    const type = NAME_TYPES.get(tag);
    if (type === undefined) return [];
    const value = ia5Text(content);
    if (type === 'uri' && !isPlainUri(value)) {
      throw new Refusal(`certificate has a URI that others write differently: ${quote(value)}`);
    }
    return [{ type, value }];
  });
}

/**
 * G17: the library decodes names as ASCII, which strips the high bit: byte 0xE8 reads as `h`, so a
 * name that Fulcio would grant to a stranger could read as an acceptable one.
 */
function ia5Text(bytes: Buffer): string {
  if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) {
    throw new Refusal('certificate has a name that is not printable ASCII');
  }
  return bytes.toString('latin1');
}

/**
 * cosign compares a URI as Go writes it after parsing: `HTTPS://` becomes `https://`, a quotation
 * mark `%22`. Only a URI that stays as it is has one spelling; certificate authorities issue no other.
 */
const PLAIN_URI = new RegExp(
  [
    '^[a-z][a-z0-9+.-]*:',
    String.raw`(?:\/\/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?::\d{1,5})?(?=[/?#]|$)|(?!\/\/))`,
    String.raw`(?:[A-Za-z0-9._~!$&'()*+,;=:@/[\]-]|%[0-9A-Fa-f]{2})*`,
    String.raw`(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?[\]%-]*)?`,
    `(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+)?$`,
  ].join(''),
);

function isPlainUri(uri: string): boolean {
  return uri.length <= 4_096 && PLAIN_URI.test(uri);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
