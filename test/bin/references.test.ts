import { describe, expect, it } from '@jest/globals';
import { readEventId, readReference, readTagKey } from '../../bin/references.ts';

describe('readReference', () => {
  it.each(['alpine:edge', 'docker://alpine:edge', 'https://docker.io/library/alpine:edge'])(
    'takes %s as it is pasted',
    (text) => {
      expect(readTagKey(text)).toBe('docker.io/library/alpine:edge');
    },
  );

  it('refuses what no registry could have', () => {
    expect(() => readReference('A//b')).toThrow('invalid image reference');
  });
});

describe('readEventId', () => {
  it('splits the tag from the number', () => {
    expect(readEventId('alpine:edge#17')).toEqual({
      subject: 'docker.io/library/alpine:edge',
      seq: 17,
    });
  });

  it.each(['registry:ghcr.io', 'baseline:0c1a', 'test:1'])('knows the subject %s', (subject) => {
    expect(readEventId(`${subject}#2`)).toEqual({ subject, seq: 2 });
  });

  it.each(['alpine:edge', 'alpine#', '#1', 'alpine#0', 'alpine#x', 'alpine#12345678901'])(
    'refuses %s',
    (text) => {
      expect(() => readEventId(text)).toThrow('expected an event');
    },
  );
});
