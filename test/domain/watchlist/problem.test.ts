import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  describe as describeValue,
  formatPath,
  formatProblems,
  suggestion,
} from '../../../lambda/domain/watchlist/problem.ts';

describe('problems', () => {
  it('are lines that editors and people can follow to their place', () => {
    const problems = [
      { line: 7, column: 5, path: 'watch[2].policy', message: 'found "x", expected "y"' },
      { line: 1, column: 1, path: '', message: 'found nothing, expected a mapping' },
    ];
    expect(formatProblems(problems, 'watchlist.yaml')).toEqual([
      'watchlist.yaml:7:5 watch[2].policy: found "x", expected "y"',
      'watchlist.yaml:1:1 found nothing, expected a mapping',
    ]);
  });

  it('have paths that can be read, whatever the keys', () => {
    expect(formatPath(['watch', 3, 'labels', 'a b', 'c-d', 0])).toBe(
      'watch[3].labels["a b"].c-d[0]',
    );
    expect(formatPath([])).toBe('');
    expect(formatPath(['a.b'])).toBe('["a.b"]');
  });
});

describe('values in messages', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [[1], 'a list'],
    [{ a: 1 }, 'a mapping'],
    [5, '5'],
    [true, 'true'],
    ['a\n"b"', '"a\\n\\"b\\""'],
    ['x'.repeat(101), `"${'x'.repeat(100)}…"`],
  ])('%j is described', (value, expected) => {
    expect(describeValue(value)).toBe(expected);
  });

  // Attack: a private key pasted into the wrong place, and printed into a log by its error.
  it('never repeat a PEM block', () => {
    expect(describeValue('x -----BEGIN PRIVATE KEY-----\nsecret')).toBe('a PEM block');
  });
});

describe('suggestions', () => {
  it.each([
    ['acme-relase', ['acme-release', 'none'], 'acme-release'],
    ['polcy', ['policy', 'images'], 'policy'],
    ['isuer', ['issuer', 'identity'], 'issuer'],
    ['Image', ['image', 'images'], 'image'],
    ['teh', ['the', 'ten'], 'the'],
    ['imagse', ['images', 'image'], 'images'],
  ])('%s is near one of %j', (found, known, expected) => {
    expect(suggestion(found, known)).toBe(`; did you mean "${expected}"?`);
  });

  it.each([
    ['xyz', ['policy', 'images']],
    ['policy', []],
    ['', ['image']],
  ])('%s is near none of %j', (found, known) => {
    expect(suggestion(found, known)).toBe('');
  });

  it('take a swap, a missing, a wrong and an extra letter, anywhere in a longer name', () => {
    const names = fc.stringMatching(/^[a-z]{4,12}$/);
    fc.assert(
      fc.property(names, fc.nat(11), fc.nat(3), (name, position, kind) => {
        const at = position % (name.length - 1);
        const [before, letter, next, after] = [
          name.slice(0, at),
          name.charAt(at),
          name.charAt(at + 1),
          name.slice(at + 2),
        ];
        const typos = [
          `${before}${next}${letter}${after}`,
          `${before}${next}${after}`,
          `${before}#${next}${after}`,
          `${before}${letter}#${next}${after}`,
        ];
        expect(suggestion(typos[kind] ?? '', [name, 'somethingelse'])).toContain(name);
      }),
    );
  });
});
