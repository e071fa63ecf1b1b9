/**
 * Controls (C0, C1, DEL: ANSI escapes, newlines that forge a second line), line separators, and
 * what is invisible or turns the reading direction (bidi, zero width, tags, private use, lone
 * surrogates).
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|[^\P{Zs} ]/gu;

/** Untrusted text for one line that people read: what could act on a terminal or mail is shown by its number. */
export function printable(text: string, length = 300): string {
  const shown = text.slice(0, 4 * length).replace(UNSAFE, escapeOf);
  const cut = text.length > 4 * length || shown.length > length;
  return cut ? `${shown.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : shown;
}

function escapeOf(character: string): string {
  return `\\u{${Number(character.codePointAt(0)).toString(16)}}`;
}

/** SNS takes a subject in ASCII only; `→` is the one sign of ours that needs a word. */
export function ascii(text: string): string {
  return text
    .replaceAll('→', '->')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/gu, '?');
}

/** What a registry, or whoever pushed to it, says of itself: quoted, and marked as not proven. */
export function claimed(text: string, length = 300): string {
  return `${quoted(text, length)} (claimed)`;
}

/** The words of others: bounded, and with no scheme or `www.` left that a mail program would make a link of. */
export function quoted(text: string, length = 300): string {
  const unlinked = printable(text, length)
    .replaceAll('://', '[:]//')
    .replace(/\b(www)\./gi, '$1[.]');
  return `"${unlinked.replaceAll('"', "'")}"`;
}

/** JSON that is safe wherever it is printed: everything outside ASCII as `\uXXXX`. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
