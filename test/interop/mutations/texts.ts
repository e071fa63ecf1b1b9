import type { Random } from './random.ts';

/** Another text with the same or nearly the same meaning, and what was done. */
export interface Respelled {
  readonly text: string;
  readonly said: string;
}

export type Respelling = (text: string, random: Random) => Respelled | undefined;

function at(text: string, index: number, insert: string): string {
  return text.slice(0, index) + insert + text.slice(index);
}

/** Base64 in the ways that decoders differ about. */
export const BASE64_RESPELLINGS: readonly Respelling[] = [
  (text) => ({ text: text.replaceAll('+', '-').replaceAll('/', '_'), said: 'URL-safe base64' }),
  (text) => ({ text: text.replace('+', '-'), said: 'one URL-safe character in base64' }),
  (text) => ({ text: text.replace(/=+$/, ''), said: 'unpadded base64' }),
  (text) => ({ text: `${text}=`, said: 'more padding of base64' }),
  (text) => ({ text: `${text}====`, said: 'a block of padding after base64' }),
  (text, random) => ({
    text: at(text, random.below(text.length), '\n'),
    said: 'a newline in base64',
  }),
  (text, random) => ({
    text: at(text, random.below(text.length), '\r\n'),
    said: 'CR LF in base64',
  }),
  (text, random) => ({ text: at(text, random.below(text.length), ' '), said: 'a space in base64' }),
  (text, random) => ({ text: at(text, random.below(text.length), '\t'), said: 'a tab in base64' }),
  (text) => ({ text: `${text}\n`, said: 'a newline after base64' }),
  (text) => ({ text: ` ${text}`, said: 'a space before base64' }),
  (text) => ({ text: `${text}AAAA`, said: 'three bytes more in base64' }),
  (text) => ({ text: `${text}!!!`, said: 'junk after base64' }),
  // The last character before the padding has bits that no byte needs.
  (text) => {
    const match = /([A-Za-z0-9+/])(=+)$/.exec(text);
    if (match === null) return undefined;
    const [, last = '', padding = ''] = match;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const other = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
    return {
      text: text.slice(0, -padding.length - 1) + other + padding,
      said: 'unused bits of base64',
    };
  },
  (text) => ({ text: Buffer.from(text, 'base64').toString('hex'), said: 'hex instead of base64' }),
  (text) => ({ text: Buffer.from(text).toString('base64'), said: 'base64 of base64' }),
];

/** Any text. */
export const TEXT_RESPELLINGS: readonly Respelling[] = [
  (text) => ({ text: text.toUpperCase(), said: 'upper case' }),
  (text) => ({ text: text.toLowerCase(), said: 'lower case' }),
  (text) => ({ text: `${text} `, said: 'a space after it' }),
  (text) => ({ text: ` ${text}`, said: 'a space before it' }),
  (text) => ({ text: `${text}\0`, said: 'NUL after it' }),
  (text, random) => ({ text: at(text, random.below(text.length), '\0'), said: 'NUL in it' }),
  (text) => ({ text: text.slice(0, -1), said: 'without its last character' }),
  (text) => ({ text: text.slice(1), said: 'without its first character' }),
  (text, random) => {
    const index = random.below(text.length);
    return {
      text: text.slice(0, index) + text.slice(index + 1),
      said: `without character ${index}`,
    };
  },
  (text, random) => {
    const index = random.below(text.length);
    const other = random.pick([...'aZ09+/=-_.:@']);
    return {
      text: text.slice(0, index) + other + text.slice(index + 1),
      said: `${other} as character ${index}`,
    };
  },
  (text) => ({ text: text + text, said: 'twice' }),
  (text) => ({ text: `${text}x`, said: 'x after it' }),
  (text) => ({
    text: text.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    said: 'one capital',
  }),
  (text) => ({ text: text.replace(/o/, '\u043e'), said: 'a Cyrillic letter that looks the same' }),
  (text) => ({ text: text.normalize('NFD').replace('e', 'e\u0301'), said: 'a combining accent' }),
];

/** PEM, where readers differ in what they skip. */
export const PEM_RESPELLINGS: readonly Respelling[] = [
  (text) => ({ text: text.replaceAll('\n', '\r\n'), said: 'CR LF in PEM' }),
  (text) => ({ text: text.replaceAll('\n', ''), said: 'PEM on one line' }),
  (text) => ({ text: text.replaceAll('\n', '\\n'), said: 'PEM with literal backslash-n' }),
  (text) => ({ text: text.trimEnd(), said: 'PEM without its last newline' }),
  (text) => ({ text: `junk\n${text}`, said: 'junk before PEM' }),
  (text) => ({ text: `junk${text}`, said: 'junk right before PEM' }),
  (text) => ({ text: `${text}junk`, said: 'junk after PEM' }),
  (text) => ({ text: `${text}\n\n`, said: 'newlines after PEM' }),
  (text) => ({ text: `  ${text}`, said: 'spaces before PEM' }),
  (text) => ({ text: text + text, said: 'PEM twice' }),
  (text) => ({ text: text.replaceAll('CERTIFICATE', 'PUBLIC KEY'), said: 'another label of PEM' }),
  (text) => ({
    text: text.replaceAll(/(BEGIN|END) [A-Z ]+/g, '$1 X509 CERTIFICATE'),
    said: 'the older label of PEM',
  }),
  (text) => ({ text: text.replace('END', 'BEGIN'), said: 'PEM without an end' }),
  (text) => ({
    text: text.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n'),
    said: 'a header in PEM',
  }),
  (text) => ({ text: text.replace('-----BEGIN', '----BEGIN'), said: 'a dash less in PEM' }),
  (text) => ({
    text: text.replace('-----\n', '----- \n'),
    said: 'a space after the first line of PEM',
  }),
  (text) => ({ text: text.replace('\n', '\n\n'), said: 'an empty line in PEM' }),
  (text, random) => {
    const from = text.indexOf('\n') + 1;
    const index = from + random.below(Math.max(1, text.length - from - 40));
    return {
      text: at(text, index, random.pick(['\n', ' ', '=', '!', '-', '\t'])),
      said: `a character more at ${index}`,
    };
  },
  (text) => ({
    text: text.replace(
      /(-----\n)([A-Za-z0-9+/=\n]+)/,
      (_, head, body) => head + body.replaceAll('\n', '').replace(/.{1,20}/g, '$&\n'),
    ),
    said: 'short lines in PEM',
  }),
];
