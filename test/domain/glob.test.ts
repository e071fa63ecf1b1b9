import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob, globProblem } from '../../lambda/domain/glob.ts';

describe('a glob', () => {
  it.each([
    ['*', 'anything', true],
    ['v*', 'v1.2', true],
    ['v*', 'xv1.2', false],
    ['*-rc*', '1.2-rc.1', true],
    ['1.2', '1x2', false],
    ['1.?', '1.2', true],
    ['1.?', '1.23', false],
    ['[a-c]1', 'b1', true],
    ['[!a-c]1', 'b1', false],
    ['[!a-c]1', 'd1', true],
    ['{stable,v*}', 'stable', true],
    ['{stable,v*}', 'v9', true],
    ['{stable,v*}', 'edge', false],
    ['{a,{b,c}x}', 'cx', true],
    ['{a,{b,c}x}', 'c', false],
  ])('%s over %s is %s', (glob, tag, expected) => {
    expect(globProblem(glob)).toBeUndefined();
    expect(compileGlob(glob)(tag)).toBe(expected);
  });

  // Attack: a registry that serves tags on which a backtracking matcher takes seconds each.
  it('takes linear time on hostile tags', () => {
    const matches = compileGlob('*a*a*a*a*a*a*a*a*a*b');
    expect([...Array(1_000)].some(() => matches('a'.repeat(128)))).toBe(false);
  });

  it('without wildcards is equality', () => {
    const tags = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
    fc.assert(
      fc.property(tags, tags, (a, b) => {
        expect(compileGlob(a)(b)).toBe(a === b);
      }),
    );
  });
});

describe('what is no glob', () => {
  it.each([
    '',
    'a{b',
    'a}b',
    'a,b',
    '{a}b,c',
    '}{',
    '[a',
    'a]',
    '[]',
    '[z-a]',
    'a/b',
    'a|b',
    'a\\*',
    'é',
  ])('is a problem: %j', (glob) => {
    expect(globProblem(glob)).toContain('expected');
  });

  it('is one that is too long', () => {
    expect(globProblem('*'.repeat(201))).toBe('a glob of 201 characters, expected 1 to 200');
  });

  it('is always told and never thrown', () => {
    const texts = fc.array(fc.constantFrom(...'*?[]!{},a-z.')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (glob) => {
        if (globProblem(glob) === undefined) compileGlob(glob)('a');
      }),
    );
  });
});
