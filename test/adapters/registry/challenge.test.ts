import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../../lambda/adapters/registry/challenge.ts';
import { stepsOf } from './steps.ts';

function plain(header: string | string[] | undefined) {
  return parseChallenges(header).map(({ scheme, parameters }) => ({
    scheme,
    ...Object.fromEntries(parameters),
  }));
}

describe('parseChallenges', () => {
  it.each([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
      [
        {
          scheme: 'bearer',
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:library/alpine:pull',
        },
      ],
    ],
    [
      'Forgejo, two challenges in one field',
      'Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*",Basic realm="https://codeberg.org/v2",service="container_registry",scope="*"',
      [
        {
          scheme: 'bearer',
          realm: 'https://codeberg.org/v2/token',
          service: 'container_registry',
          scope: '*',
        },
        {
          scheme: 'basic',
          realm: 'https://codeberg.org/v2',
          service: 'container_registry',
          scope: '*',
        },
      ],
    ],
    [
      'Artifactory, several fields',
      ['Negotiate', 'Basic realm="x"', 'Bearer realm="https://a/t"'],
      [
        { scheme: 'negotiate' },
        { scheme: 'basic', realm: 'x' },
        { scheme: 'bearer', realm: 'https://a/t' },
      ],
    ],
    [
      'a scheme without anything first',
      'Negotiate, Basic realm="x"',
      [{ scheme: 'negotiate' }, { scheme: 'basic', realm: 'x' }],
    ],
    [
      'token68',
      'Negotiate YII/a+b==, Basic realm="x"',
      [{ scheme: 'negotiate' }, { scheme: 'basic', realm: 'x' }],
    ],
    [
      'space around the equals sign',
      'bearer realm = "https://a/t" , service = s',
      [{ scheme: 'bearer', realm: 'https://a/t', service: 's' }],
    ],
    [
      'an unquoted realm',
      'Bearer realm=https://a/token,service=s',
      [{ scheme: 'bearer', realm: 'https://a/token', service: 's' }],
    ],
    [
      'case and escapes',
      'BEARER Realm="https://a/\\"t\\\\", SERVICE="a, b=c"',
      [{ scheme: 'bearer', realm: 'https://a/"t\\', service: 'a, b=c' }],
    ],
    [
      'a parameter twice: the first counts',
      'Bearer realm="https://a/",realm="https://evil/"',
      [{ scheme: 'bearer', realm: 'https://a/' }],
    ],
    ['an unfinished string', 'Bearer realm="https://a', [{ scheme: 'bearer', realm: 'https://a' }]],
    ['garbage in between', 'Bearer ;;realm="x"', [{ scheme: 'bearer', realm: 'x' }]],
    ['nothing', undefined, []],
    ['an empty field', '', []],
    ['parameters of no scheme', 'realm="x", service="y"', []],
  ])('reads %s', (_name, header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  it('reads back what was written, whatever is in the strings', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9!#$%&'*+.^_`|~-]{0,8}$/);
    const value = fc.string({ unit: 'binary-ascii' });
    const parameters = fc.dictionary(token, value, { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(token, parameters)), (challenges) => {
        const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
        const written = challenges.map(([scheme, given]) => {
          const pairs = Object.entries(given).map(([name, text]) => `${name}=${quote(text)}`);
          return `${scheme} ${pairs.join(',')}`;
        });
        const read = parseChallenges(written.join(', '));
        expect(read.map((c) => [c.scheme, Object.fromEntries(c.parameters)])).toEqual(challenges);
      }),
    );
  });

  it('takes anything, and no more than linear time', () => {
    const piece = fc.constantFrom(
      'Bearer',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'realm',
      ';',
      '\t',
      'é',
      '==',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (text) => {
          expect(Array.isArray(parseChallenges(text))).toBe(true);
        },
      ),
    );
    for (const unit of [',', '"', '\\', 'a ', 'a=', 'a="', '= ', 'a68== ']) {
      expect(parseChallenges(unit.repeat(100_000)).length).toBeLessThanOrEqual(100_000);
      const steps = (count: number) => stepsOf(() => parseChallenges(unit.repeat(count)));
      expect(steps(4_000)).toBeLessThanOrEqual(4 * steps(1_000) + 20);
    }
  });
});
