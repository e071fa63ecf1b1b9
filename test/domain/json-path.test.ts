import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonPathProblem, selectSingular } from '../../lambda/domain/json-path.ts';

const statement = {
  subject: [{ name: 'a' }, { name: 'b' }],
  predicate: {
    builder: { id: 'x' },
    'odd key': { "it's": 1, 'say "hi"': 2, 'a\\b': 3, é: 4 },
    none: null,
    empty: '',
  },
};

describe('a singular query', () => {
  it.each([
    ['$', statement],
    ['$.predicate.builder.id', 'x'],
    ["$['predicate']['builder'].id", 'x'],
    ['$["predicate"].builder["id"]', 'x'],
    ['$.subject[0].name', 'a'],
    ['$.subject[-1].name', 'b'],
    ["$.predicate['odd key']['it\\'s']", 1],
    ['$.predicate["odd key"]["it\'s"]', 1],
    ["$.predicate['odd key']['say \"hi\"']", 2],
    ['$.predicate["odd key"]["say \\"hi\\""]', 2],
    ["$.predicate['odd key']['a\\\\b']", 3],
    ["$.predicate['odd key']['\\u00e9']", 4],
    ["$.predicate['odd key'].é", 4],
    ['$.predicate.none', null],
    ['$.predicate.empty', ''],
  ])('%s selects one value', (path, expected) => {
    expect(jsonPathProblem(path)).toBeUndefined();
    expect(selectSingular(path, statement)).toEqual(expected);
  });

  it.each([
    '$.missing',
    '$.predicate.missing.deeper',
    '$.subject[2]',
    '$.subject[-3]',
    '$.subject.name',
    "$.subject['0']",
    '$.subject.length',
    '$.predicate[0]',
    '$.predicate.none.x',
    '$.predicate.builder.id[0]',
    '$.predicate.builder.id.length',
    '$.__proto__',
    '$.constructor',
    '$.predicate.toString',
  ])('%s selects nothing', (path) => {
    expect(jsonPathProblem(path)).toBeUndefined();
    expect(selectSingular(path, statement)).toBeUndefined();
  });
});

describe('what is no singular query', () => {
  it.each([
    '',
    'predicate',
    '.predicate',
    '$predicate',
    '$.',
    '$..id',
    '$.*',
    '$.subject[*]',
    '$.subject[0,1]',
    '$.subject[0:1]',
    '$.subject[?@.name]',
    '$.subject[01]',
    '$.subject[-0]',
    '$.subject[]',
    "$['a",
    "$['\\x']",
    '$["\\\'"]',
    '$.0a',
    '$.a b',
    `$.${'a'.repeat(500)}`,
  ])('is a problem and selects nothing: %s', (path) => {
    expect(jsonPathProblem(path)).toContain('expected a JSONPath that selects one value');
    if (path.length < 100) expect(selectSingular(path, { a: 1, '': 2 })).toBeUndefined();
  });
});

describe('any text', () => {
  it('selects without an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (path, value) => {
        expect(() => [jsonPathProblem(path), selectSingular(`$${path}`, value)]).not.toThrow();
      }),
    );
  });

  it('that is a member name selects that member, quoted as JSON does', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (name, value) => {
        const document = JSON.parse(`{${JSON.stringify(name)}: ${value}}`);
        expect(selectSingular(`$[${JSON.stringify(name)}]`, document)).toBe(value);
      }),
    );
  });
});
