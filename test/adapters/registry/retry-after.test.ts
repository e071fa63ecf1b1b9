import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter } from '../../../lambda/adapters/registry/retry-after.ts';

const NOW = Date.parse('2026-03-19T03:00:00Z');
const DAY = 86_400_000;

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '30', '', 30_000],
    ['a fraction of a second', '1.5', '', 1_500],
    ['a date', 'Thu, 19 Mar 2026 03:01:00 GMT', '', 60_000],
    ['a date that has passed', 'Thu, 19 Mar 2026 02:00:00 GMT', '', 100],
    ['nothing at all', undefined, '', undefined],
    ['garbage', 'soon', '', undefined],
    ['a negative number', '-5', '', undefined],
    ['less than is worth it', '0', '', 100],
    ['more than a day', '999999999', '', DAY],
    [
      "GHCR's body",
      undefined,
      'toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute',
      100,
    ],
    ["GHCR's body in seconds", undefined, 'retry-after: 1m3.5s, allowed', 63_500],
    ['milliseconds in the body', undefined, 'Retry-After: 331.163ms', 332],
    ['the header before the body', '2', 'retry-after: 9s', 2_000],
    ['the first of several headers', ['3', '9'], '', 3_000],
  ])('reads %s', (_name, header, body, expected) => {
    expect(parseRetryAfter(header, body, NOW)).toBe(expected);
  });

  it('gives a whole number of milliseconds up to a day, or nothing, for any input', () => {
    const body = fc.oneof(
      fc.string(),
      fc.string().map((text) => `retry-after: ${text}`),
    );
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), body, (header, text) => {
        const wait = parseRetryAfter(header, text, NOW);
        const isSane = wait === undefined || (Number.isInteger(wait) && wait >= 100 && wait <= DAY);
        expect(isSane).toBe(true);
      }),
    );
    expect(parseRetryAfter(undefined, 'retry-after: '.repeat(100_000), NOW)).toBeUndefined();
    expect(parseRetryAfter(undefined, `retry-after: ${'1'.repeat(100_000)}`, NOW)).toBeUndefined();
  });
});
