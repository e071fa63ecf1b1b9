import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseOciError } from '../../../lambda/adapters/registry/oci-error.ts';

function parse(value: unknown) {
  return parseOciError(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

describe('parseOciError', () => {
  it('gives the code and message of the first error', () => {
    const errors = [{ code: 'MANIFEST_UNKNOWN', message: 'not here' }, { code: 'OTHER' }];
    expect(parse({ errors })).toEqual({ code: 'MANIFEST_UNKNOWN', message: 'not here' });
  });

  it.each([
    ['a code in lower case', { code: 'denied' }, { code: 'DENIED', message: '' }],
    [
      'a detail where there is no message',
      { code: 'X', detail: 'why' },
      { code: 'X', message: 'why' },
    ],
    ['a detail that is an object', { code: 'X', detail: { a: 1 } }, { code: 'X', message: '' }],
  ])('takes %s', (_name, error, expected) => {
    expect(parse({ errors: [error] })).toEqual(expected);
  });

  it.each([
    ['no errors', { message: 'no route' }],
    ['an empty list', { errors: [] }],
    ['errors that are an object', { errors: { code: 'MANIFEST_UNKNOWN' } }],
    ['an error without a code', { errors: [{ message: 'not found' }] }],
    ['a code that is a number', { errors: [{ code: 404 }] }],
    ['a code with markup', { errors: [{ code: '<b>NOT FOUND</b>' }] }],
    ['a code with escape sequences', { errors: [{ code: '\u001b[2J' }] }],
    ['an empty code', { errors: [{ code: '' }] }],
    ['a code without end', { errors: [{ code: 'A'.repeat(65) }] }],
    ['an error that is text', { errors: ['MANIFEST_UNKNOWN'] }],
    ['a list', []],
    ['nothing', null],
    ['a page', '<html>MANIFEST_UNKNOWN</html>'],
    ['an empty body', ''],
  ])('does not take %s for the word of a registry', (_name, body) => {
    expect(parse(body)).toBeUndefined();
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (body) => {
          const { code = 'X' } = parseOciError(body) ?? {};
          expect(code).toMatch(/^[A-Z0-9_-]{1,64}$/);
        },
      ),
    );
    expect(parse('['.repeat(60_000))).toBeUndefined();
  });
});
