import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type JsonLimits, ownField, parseStrictJson } from '../../lambda/domain/strict-json.ts';

const LIMITS = { maxBytes: 1000, maxDepth: 4 };
const parse = (text: string | Uint8Array) =>
  parseStrictJson(typeof text === 'string' ? new TextEncoder().encode(text) : text, LIMITS);

describe('when JSON comes from somebody we do not trust', () => {
  it.each([
    ['{"a":1,"a":2}', 'duplicate key'],
    ['{"a":1,"\\u0061":2}', 'duplicate key'],
    ['[{"x":{"a":"a","b":[],"a":0}}]', 'duplicate key'],
    ['{"a":{"b":{}},"c":0,"a":1}', 'duplicate key'],
    ['{"":1,"":2}', 'duplicate key'],
    ['{"\\\\":1,"\\u005c":2}', 'duplicate key'],
    ['[[[[[]]]]]', 'nested deeper than 4'],
    ['{"a":{"a":{"a":{"a":{}}}}}', 'nested deeper than 4'],
    [`"${'x'.repeat(1000)}"`, 'more than 1000'],
    ['"\\ud800"', 'half a character'],
    ['{"\\uDC00":1}', 'half a character'],
    ['"\\ude00\\ud83d"', 'half a character'],
    ['\ufeff{}', 'not JSON'],
    ['{"a":1} {"a":2}', 'not JSON'],
    ['{"a', 'not JSON'],
    ['{"a":"\\x"}', 'not JSON'],
    ['{"\\x":1}', 'not JSON'],
    ["{'a':1}", 'not JSON'],
    ['', 'not JSON'],
  ])('refuses %s', (text, problem) => {
    expect(parse(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('refuses what is not UTF-8', () => {
    expect(parse(Uint8Array.of(0x22, 0xff, 0x22))).toHaveProperty('problem');
  });

  it.each([
    '{"a":"a","b":"a"}',
    '[{"a":1},{"a":2}]',
    '{"a":{"a":1}}',
    '["a","a"]',
    '{"a":"{\\"a"}',
    '{"a":"\\\\","b":"a"}',
    '{"a\\\\":1,"a":2,"b":[{"a":3}]}',
    '[{},[],"",{"":""}]',
    '"\\ud83d\\ude00"',
  ])('takes %s, which only looks ambiguous', (text) => {
    expect(parse(text)).toEqual({ value: JSON.parse(text) });
  });

  it.each(['{"a":1.0}', '[1e0]', '{"a":[10E-1]}', '-1.5'])(
    'refuses %s where only integers are expected',
    (text) => {
      const bytes = new TextEncoder().encode(text);
      expect(parseStrictJson(bytes, { ...LIMITS, integersOnly: true })).toEqual({
        problem: 'has a number that is no integer',
      });
      expect(parse(text)).toEqual({ value: JSON.parse(text) });
    },
  );

  it('takes integers, and texts that look like other numbers, where only integers are expected', () => {
    const text = '{"1.0":"1e0","a":[1,-2,0]}';
    const bytes = new TextEncoder().encode(text);
    const read = parseStrictJson(bytes, { ...LIMITS, integersOnly: true });
    expect(read).toEqual({ value: JSON.parse(text) });
  });

  describe('when there may be only so many values', () => {
    const within = (text: string, more: Partial<JsonLimits>) =>
      parseStrictJson(new TextEncoder().encode(text), { ...LIMITS, ...more });
    const TOO_MANY = { problem: 'has too many values' };

    it.each(['[1,2,3]', '{"a":1,"b":2,"c":3}', '{"a":[1,2]}', '["a,b,c","[[[[[{",3]'])(
      'takes three, and refuses a fourth: %s',
      (text) => {
        expect(within(text, { maxValues: 3 })).toEqual({ value: JSON.parse(text) });
        expect(within(text, { maxValues: 2 })).toEqual(TOO_MANY);
      },
    );

    it('counts those of one member by themselves, however it is spelled', () => {
      const limits = { maxValues: 10, maxValuesOf: { a: 3 } };
      const taken = ['{"a":[1,2]}', '{"b":[1,2,3],"a":[1,2],"c":[1,2]}', '{"b":{"a":[1,2,3,4]}}'];
      for (const text of taken) expect(within(text, limits)).toEqual({ value: JSON.parse(text) });
      const refused = [
        '{"a":[1,2,3,4]}',
        '{"\\u0061":[{"b":1},2,3]}',
        '{"b":0,"a":{"a":1,"b":[1,2]}}',
      ];
      for (const text of refused) {
        expect(within(text, limits)).toEqual({ problem: 'has too many values in a' });
      }
    });

    it('counts those of one member together with all others', () => {
      const limits = { maxValues: 4, maxValuesOf: { a: 3 } };
      expect(within('{"b":[1,2,3],"a":[1,2]}', limits)).toEqual(TOO_MANY);
      expect(within('{"a":0,"b":[1,2,3,4]}', limits)).toEqual(TOO_MANY);
    });
  });

  it('finds no field that is only inherited', () => {
    const read = parse('{"__proto__":{"digest":"x"}}');
    const value = 'value' in read ? read.value : undefined;
    expect(ownField(value, 'digest')).toBeUndefined();
    expect(ownField(value, 'constructor')).toBeUndefined();
    expect(ownField(value, '__proto__')).toEqual({ digest: 'x' });
    expect(ownField([1], 'length')).toBeUndefined();
    expect(ownField(null, 'a')).toBeUndefined();
  });

  it('agrees with JSON.parse about everything that is not ambiguous', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = parseStrictJson(new TextEncoder().encode(text), {
          maxBytes: 1e6,
          maxDepth: 100,
        });
        expect(read).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it('is done soon with a megabyte of brackets, quotes or escapes', () => {
    const limits = { maxBytes: 4e6, maxDepth: 32 };
    for (const unit of ['[', '"', '\\"', '{"a":', '{},']) {
      const bytes = new TextEncoder().encode(unit.repeat(1e6 / unit.length));
      expect(parseStrictJson(bytes, limits)).toHaveProperty('problem');
    }
  });
});
