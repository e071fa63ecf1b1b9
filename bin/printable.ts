import { printable as bounded } from '../lambda/domain/alert/escape.ts';

/** Longer than any message of ours, short enough for a terminal. */
const LONGEST = 4_000;

/**
 * Untrusted text for a terminal. Tags, identities and annotations come from registries: one of them
 * with an escape sequence in it could rewrite what is shown of the others (terminal injection).
 */
export function printable(text: string): string {
  return bounded(text, LONGEST);
}

/** The same for text of several lines, which it keeps. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON in which everything but ASCII is escaped, so that it is safe on a terminal too. */
export function printableJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    /[^\x20-\x7e\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
