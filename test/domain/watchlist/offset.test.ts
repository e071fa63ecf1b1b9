import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { offsetOf } from '../../../lambda/domain/watchlist/offset.ts';
import type { Path } from '../../../lambda/domain/watchlist/problem.ts';

const text = 'a: &x {b: [one, two], 5: y, c}\nd: *x\n';

describe('the place of a path', () => {
  it.each<[Path, 'key' | 'value', string]>([
    [[], 'value', 'a: &x'],
    [['a'], 'key', 'a: &x'],
    [['a'], 'value', '{b:'],
    [['a', 'b', 1], 'value', 'two]'],
    [['a', '5'], 'key', '5: y'],
    [['d', 'b', 0], 'value', 'one,'],
    [['a', 'c'], 'value', 'c}'],
    [['a', 'missing'], 'key', '{b:'],
    [['a', 'b', 9], 'value', '[one'],
    [['a', 'b', 0, 'deeper'], 'value', 'one,'],
    [['a', 'c', 'deeper'], 'value', 'c}'],
    [['missing', 'deeper'], 'value', 'a: &x'],
  ])('%j (%s) is at or around it', (path, at, expected) => {
    const offset = offsetOf(parseDocument(text), path, at);
    expect(text.slice(offset, offset + expected.length)).toBe(expected);
  });

  it('is the start of a text without values', () => {
    expect(offsetOf(parseDocument(''), ['a'], 'value')).toBe(0);
  });
});
