import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { schemaText } from '../../bin/generate-schema.ts';
import { formatProblems, parseWatchlist } from '../../lambda/domain/watchlist/index.ts';

const root = join(import.meta.dirname, '../..');
const example = readFileSync(join(root, 'watchlist.example.yaml'), 'utf8');
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(schemaText()),
);

describe('the JSON Schema of watch lists', () => {
  it('is shipped as it is generated: run "npm run schema" when it is not', () => {
    expect(readFileSync(join(root, 'watchlist.schema.json'), 'utf8')).toBe(schemaText());
  });

  it('accepts the example', () => {
    validate(parse(example));
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['an unknown key', { version: 1, watch: [{ image: 'a', polcy: 'none' }] }],
    ['an interval that is not offered', { version: 1, watch: [{ image: 'a', every: '7m' }] }],
    ['a grace that is no time', { version: 1, watch: [], defaults: { signatureGrace: 'soon' } }],
    ['a missing list', { version: 1 }],
    ['another version', { version: 2, watch: [] }],
  ])('refuses %s', (_what, value) => {
    expect(validate(value)).toBe(false);
  });

  it('describes every key of a watch, so that editors can explain it', () => {
    const schema = JSON.parse(schemaText());
    const watch = schema.properties.watch.items.anyOf[1].properties;
    expect(Object.keys(watch)).toContain('immutable');
    for (const [key, property] of Object.entries<{ description?: string }>(watch)) {
      expect({ key, description: property.description ?? '' }).toEqual({
        key,
        description: expect.stringMatching(/./),
      });
    }
  });
});

describe('the example', () => {
  it('names the schema for editors', () => {
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=./watchlist.schema.json');
  });

  it('is valid as shipped', () => {
    const result = parseWatchlist(example, {
      file: 'watchlist.example.yaml',
      readFile: (path) => readFileSync(join(root, path)),
    });
    expect(result.ok ? [] : formatProblems(result.problems, 'watchlist.example.yaml')).toEqual([]);
  });
});
