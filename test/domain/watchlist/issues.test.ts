import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { schemaProblems } from '../../../lambda/domain/watchlist/issues.ts';

function messagesOf(schema: z.ZodType, value: unknown): string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return schemaProblems(issues, value).map(({ message }) => message);
}

describe('the issues of a schema', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['a type', z.array(z.string()), { a: 1 }, 'found a mapping, expected a list'],
    ['a type without a word of ours', z.date(), 5, 'found 5, expected date'],
    ['a value', z.enum(['a', 'b']), 'c', 'found "c", expected a or b'],
    ['a small number', z.number().min(2), 1, 'found 1, expected at least 2'],
    ['a large number', z.number().max(2), 3, 'found 3, expected at most 2'],
    ['a short text', z.string().min(2), 'a', 'found "a", expected at least 2 characters'],
    ['a long list', z.array(z.number()).max(1), [1, 2], 'found a list, expected at most 1 entries'],
    [
      'a check of ours',
      z.string().refine(() => false, 'found it, expected more'),
      'a',
      'found it, expected more',
    ],
    [
      'a check of the library',
      z.email('expected an e-mail address'),
      'a',
      'found "a", expected expected an e-mail address',
    ],
    [
      'no branch of a union',
      z.union([z.string(), z.boolean()]),
      5,
      'found 5, expected a text or true or false',
    ],
    [
      'the meant branch of a union',
      z.union([z.string().max(1), z.boolean()]),
      'ab',
      'found "ab", expected at most 1 characters',
    ],
    [
      'a key',
      z.record(
        z.string().refine((key) => key === 'a', 'found a bad key'),
        z.number(),
      ),
      { b: 1 },
      'found a bad key',
    ],
  ])('about %s are told in our words', (_what, schema, value, expected) => {
    expect(messagesOf(schema, value)).toEqual([expected]);
  });

  it('have the place that is meant, also inside of unions', () => {
    const schema = z.object({ list: z.array(z.union([z.string(), z.object({ a: z.number() })])) });
    const value = { list: ['x', { a: 'b' }] };
    const issues = schema.safeParse(value).error?.issues ?? [];
    expect(schemaProblems(issues, value)).toEqual([
      { path: ['list', 1, 'a'], message: 'found "b", expected a number', at: 'value' },
    ]);
  });
});
