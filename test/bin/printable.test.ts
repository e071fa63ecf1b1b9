import { describe, expect, it } from '@jest/globals';
import { printable, printableJson, printableLines } from '../../bin/printable.ts';

const HOSTILE = 'v1\u001b[2K\u001b[1Gverified\u202e\r\n\u009b31m';

describe('text from a registry on a terminal', () => {
  it('cannot move the cursor, start a line or turn the reading direction', () => {
    expect(printable(HOSTILE)).toBe(
      'v1\\u{1b}[2K\\u{1b}[1Gverified\\u{202e}\\u{d}\\u{a}\\u{9b}31m',
    );
  });

  it('keeps the lines that we made ourselves', () => {
    expect(printableLines('a\u001b\nb')).toBe('a\\u{1b}\nb');
  });

  it('says the same in JSON, in ASCII', () => {
    const json = printableJson({ tag: HOSTILE }, 2);
    expect(json).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(json)).toEqual({ tag: HOSTILE });
  });
});
