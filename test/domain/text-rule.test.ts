import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anchored,
  compileTextRule,
  isAnchored,
  patternProblem,
} from '../../lambda/domain/text-rule.ts';

const RELEASE = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';

describe('an exact rule', () => {
  it('is equality, whatever the text looks like', () => {
    const matches = compileTextRule({ exact: 'a.c' });
    expect([matches('a.c'), matches('abc'), matches('xa.cx'), matches('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a regular expression', () => {
  it('matches anywhere in the text, as in Go', () => {
    expect(compileTextRule({ regExp: 'acme' })('https://evil.example/acme-evil')).toBe(true);
  });

  it('matches the whole text once it is anchored, also where it has alternatives', () => {
    const matches = compileTextRule(anchored(`${RELEASE}|x`));
    expect([matches(RELEASE), matches(`${RELEASE}-evil`), matches('xy')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('takes linear time on a text that stalls a backtracking engine', () => {
    expect(compileTextRule({ regExp: '^(a+)+$' })(`${'a'.repeat(50_000)}b`)).toBe(false);
  });
});

describe('a pattern that lets strangers pass', () => {
  it.each([
    ['', 'identity', 'matches the empty text'],
    ['(?:x)?', 'identity', 'matches the empty text'],
    ['.*', 'issuer', 'matches the empty text'],
    ['.+', 'identity', 'accepts strangers such as canary@tagwarden.invalid'],
    ['.+@gmail\\.com', 'identity', 'accepts strangers such as tagwarden.canary@gmail.com'],
    ['https://github\\.com/.+', 'identity', 'accepts strangers such as https://github.com/'],
    ['https://gitlab\\.com/.+', 'identity', 'accepts strangers such as https://gitlab.com/'],
    ['https://.+', 'issuer', 'accepts strangers such as https://canary.tagwarden.invalid'],
    ['(', 'identity', 'not RE2'],
    ['a)|(b', 'identity', 'not RE2'],
    ['\\Qa', 'identity', 'not RE2'],
    ['(?<=a)b', 'identity', 'not RE2'],
    ['a'.repeat(1_001), 'identity', '1001 characters'],
  ] as const)('is a problem: %s as %s', (pattern, purpose, found) => {
    expect(patternProblem(pattern, purpose)).toContain(found);
    expect(patternProblem(pattern, purpose)).toContain('expected');
  });

  it.each([
    ['https://github\\.com/acme/.+', 'identity'],
    ['https://token\\.actions\\..+', 'issuer'],
    ['.+', 'tag'],
  ] as const)('is not one that is narrow enough: %s as %s', (pattern, purpose) => {
    expect(patternProblem(pattern, purpose)).toBeUndefined();
  });

  it('is always told and never thrown', () => {
    fc.assert(
      fc.property(fc.string(), (pattern) => {
        const problem = patternProblem(pattern, 'identity');
        if (problem === undefined) {
          expect(compileTextRule(anchored(pattern))('')).toBe(false);
        }
      }),
    );
  });
});

describe('anchors', () => {
  it.each([
    '^a$',
    '\\Aa\\z',
    '^(?:a|b)$',
    '^a$|^b$',
    '^[|]$',
    '^a\\|b$',
    '^\\Qa|b\\E$',
    '^[]|]$',
    '^[^]|]$',
    '^[[:alpha:]|]$',
    '^\\\\$',
  ])('are seen in %s', (pattern) => {
    expect(isAnchored(pattern)).toBe(true);
  });

  it.each([
    'a',
    '^a',
    'a$',
    '^a|b$',
    '^a\\$',
    '\\^a$',
    '(?m)^a$',
    '(?im)^a$',
    '',
    '^(a)|b$',
    '^\\Qa$',
  ])('are missed in %s', (pattern) => {
    expect(isAnchored(pattern)).toBe(false);
  });

  it('that are seen hold: no text that contains a match and more matches', () => {
    const patterns = fc.constantFrom('^a$', '^a$|^b$', '^(?:a|b)$', '\\Aa+\\z');
    fc.assert(
      fc.property(patterns, fc.string({ minLength: 1 }), (pattern, more) => {
        fc.pre(!/^[ab]+$/.test(more));
        const matches = compileTextRule({ regExp: pattern });
        expect(matches(`a${more}`) || matches(`${more}a`)).toBe(false);
      }),
    );
  });
});
