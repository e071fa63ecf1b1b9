import { describe, expect, it } from '@jest/globals';
import { readSelection } from '../../bin/select-flags.ts';

describe('readSelection', () => {
  it('selects everything where nothing is said', () => {
    expect(readSelection([], {})).toEqual({});
  });

  it('makes references canonical and leaves globs alone', () => {
    const { patterns } = readSelection(['alpine', 'docker.io/library/*', '*:1.?'], {});
    expect(patterns).toEqual(['docker.io/library/alpine:latest', 'docker.io/library/*', '*:1.?']);
  });

  it('folds the aliases of a registry', () => {
    expect(readSelection([], { registry: 'index.docker.io' }).registry).toBe('docker.io');
  });

  it.each(['team', '=x'])('refuses the label %s', (label) => {
    expect(() => readSelection([], { label: [label] })).toThrow('expected key=value');
  });
});
