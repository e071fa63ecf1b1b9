import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextLink } from '../../../lambda/adapters/registry/link.ts';
import { stepsOf } from './steps.ts';

describe('nextLink', () => {
  it.each([
    ['</v2/x/tags/list?last=b&n=2>; rel="next"', '/v2/x/tags/list?last=b&n=2'],
    ['</v2/x/tags/list?last=b>; rel=next', '/v2/x/tags/list?last=b'],
    [
      '<https://a.example/v2/x/tags/list?last=L%2B%3D>; rel="next"',
      'https://a.example/v2/x/tags/list?last=L%2B%3D',
    ],
    ['</a>; rel="prev", </b>; rel="next"', '/b'],
    ['</a,b;c>; title="x, </evil>; rel=next"; rel="last next"', '/a,b;c'],
    ['</a>; rel="prev"; rel="next"', undefined],
    ['</a> ; REL = "NEXT"', '/a'],
    ['</a>', undefined],
    ['</a>; rel="nextish"', undefined],
    ['/a; rel="next"', undefined],
    ['</a; rel="next"', undefined],
    ['', undefined],
    [undefined, undefined],
    [['</a>; rel="prev"', '</b>; rel="next"'], '/b'],
  ])('reads %j', (header, expected) => {
    expect(nextLink(header)).toBe(expected);
  });

  it('takes anything, and no more than linear time', () => {
    const piece = fc.constantFrom('<', '>', ';', 'rel', '=', '"', 'next', ',', ' ', '\\');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join('')),
        ),
        (text) => {
          expect(['string', 'undefined']).toContain(typeof nextLink(text));
        },
      ),
    );
    for (const unit of ['<', '<>', '<>;', ';', '"', '<>;a="', ', ']) {
      expect(nextLink(unit.repeat(100_000))).toBeUndefined();
      const steps = (count: number) => stepsOf(() => nextLink(unit.repeat(count)));
      expect(steps(4_000)).toBeLessThanOrEqual(4 * steps(1_000) + 20);
    }
  });
});
