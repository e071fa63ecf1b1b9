import { describe, expect, it } from '@jest/globals';
import { placeOf } from '../../bin/place.ts';

describe('the store that a command is about', () => {
  it.each([
    [{}, {}, { kind: 'embedded', folder: '.tagwarden', chosen: false }],
    [{ dataDir: 'x' }, { stack: 'S' }, { kind: 'embedded', folder: 'x', chosen: true }],
    [{}, { dataDir: 'y' }, { kind: 'embedded', folder: 'y', chosen: true }],
    [{}, { stack: 'S' }, { kind: 'stack', name: 'S', access: {} }],
    [{ stack: 'T' }, { stack: 'S' }, { kind: 'stack', name: 'T', access: {} }],
    [
      { stack: 'T', profile: 'p', region: 'r' },
      { dataDir: 'y' },
      { kind: 'stack', name: 'T', access: { profile: 'p', region: 'r' } },
    ],
    [
      { table: 't', endpoint: 'http://127.0.0.1:8000', region: 'r' },
      {},
      { kind: 'table', name: 't', endpoint: 'http://127.0.0.1:8000', access: { region: 'r' } },
    ],
  ])('flags %j, environment %j', (flags, settings, expected) => {
    expect(placeOf(flags, settings)).toEqual(expected);
  });

  it.each([
    [{ stack: 'S', table: 't' }, {}, 'found --stack and --table'],
    [{ stack: 'S', dataDir: 'x' }, {}, 'found --stack and --data-dir'],
    [{}, { stack: 'S', dataDir: 'x' }, 'found TAGWARDEN_STACK and TAGWARDEN_DATA_DIR'],
    [{ endpoint: 'http://x' }, { stack: 'S' }, 'expected it with --table'],
    [{ profile: 'p' }, {}, 'found --profile: expected it with --stack or --table'],
    [{ region: 'r', dataDir: 'x' }, {}, 'found --region'],
    [{ table: 't', endpoint: 'ftp://x' }, {}, 'expected an http or https URL'],
    [{ stack: '../x' }, {}, 'found the stack "../x"'],
  ])('flags %j, environment %j are refused', (flags, settings, message) => {
    expect(() => placeOf(flags, settings)).toThrow(message);
  });
});
