import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ascii, asciiJson, claimed, printable } from '../../../lambda/domain/alert/escape.ts';
import { shellCommand, shellQuoted } from '../../../lambda/domain/alert/shell.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('when text of a registry is shown', () => {
  it.each([
    ['a line break that forges a second line', 'a\nb', 'a\\u{a}b'],
    ['an ANSI escape that clears the screen', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['an 8-bit control sequence', 'a\u009b31mb', 'a\\u{9b}31mb'],
    ['a bidi override that turns the reading', 'a\u202egpj.exe', 'a\\u{202e}gpj.exe'],
    ['a bidi isolate', 'a\u2066b', 'a\\u{2066}b'],
    ['a zero width space that hides a difference', 'ac\u200bme', 'ac\\u{200b}me'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a space that is none', 'a\u00a0b', 'a\\u{a0}b'],
    ['a tag character that nobody sees', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
  ])('makes %s visible', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves readable text alone', () => {
    expect(printable('release.yml@refs/tags/v1, Zoë, 東京, 😀')).toBe(
      'release.yml@refs/tags/v1, Zoë, 東京, 😀',
    );
  });

  it('is short, whole and harmless, whatever it was', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 50 }), (text, length) => {
        const shown = printable(text, length);
        expect(shown.length).toBeLessThanOrEqual(length);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(printable(shown, length)).toBe(shown);
      }),
    );
  });

  it('is never a link', () => {
    expect(claimed('see https://evil.example and WWW.evil.example')).toBe(
      '"see https[:]//evil.example and WWW[.]evil.example" (claimed)',
    );
  });

  it('cannot end its own quotes', () => {
    expect(claimed('x" (claimed) verified "')).toBe(`"x' (claimed) verified '" (claimed)`);
  });

  it('is ASCII where it must be', () => {
    fc.assert(fc.property(anyText, (text) => expect(ascii(text)).toMatch(/^[\x20-\x7e]*$/)));
    expect(ascii('a→b… é')).toBe('a->b... ?');
  });

  it('stays the same in JSON that is ASCII', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(asciiJson({ text })).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(asciiJson({ text }))).toEqual({ text });
      }),
    );
  });
});

describe('when text becomes an argument of a command', () => {
  it('is itself after a real shell read it', () => {
    const hostile = [
      "it's",
      '$(touch /tmp/owned)',
      '`id`',
      '; rm -rf ~',
      '-rf',
      '',
      '~root',
      '*',
      '!!',
      '\\',
      "'\\''",
      'a b',
      '#x',
      '=ls',
      '😀',
    ];
    const texts = [
      ...hostile,
      ...fc.sample(fc.string({ unit: 'grapheme-composite', maxLength: 30 }), 300),
    ].filter((text) => !text.includes('\0'));
    const script = `printf '%s\\0' ${texts.map(shellQuoted).join(' ')}`;
    const { stdout } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(texts);
  });

  it('stays readable where nothing is special', () => {
    expect(shellCommand('docker', 'pull', 'ghcr.io/acme/app@sha256:1')).toBe(
      'docker pull ghcr.io/acme/app@sha256:1',
    );
  });
});
