import { describe, expect, it } from '@jest/globals';
import { parseGoBoolean, requireTwoDashes, spellOutBooleans } from '../../bin/verify-booleans.ts';

describe('spellOutBooleans', () => {
  it('keeps a flag from swallowing the image behind it', () => {
    const argv = ['verify', '--insecure-ignore-tlog', 'alpine'];
    expect(spellOutBooleans(argv)).toEqual(['verify', '--insecure-ignore-tlog=true', 'alpine']);
  });

  it('leaves values, other flags and what follows -- alone', () => {
    const argv = ['--offline=false', '--key', 'k', '--', '--offline'];
    expect(spellOutBooleans(argv)).toEqual(argv);
  });
});

describe('requireTwoDashes', () => {
  const options = [{ long: '--annotations' }, { long: '--key' }, { long: undefined }];

  it.each(['-annotations', '-annotations=stage=prod', '-key=k'])('finds %s', (word) => {
    expect(() => requireTwoDashes(['verify', word], options)).toThrow(
      `found ${word.split('=')[0]}: expected -${word.split('=')[0]}`,
    );
  });

  it.each(['-a', '--key', '-keys', '-astage=prod', '--', '-', '-7d', '-undefined'])(
    'has nothing against %s',
    (word) => {
      expect(() => requireTwoDashes([word, '--', '-key'], options)).not.toThrow();
    },
  );
});

describe('parseGoBoolean', () => {
  it.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('reads %s as true', (text) => {
    expect(parseGoBoolean('--x', text)).toBe(true);
  });

  it.each(['0', 'f', 'F', 'false', 'FALSE', 'False'])('reads %s as false', (text) => {
    expect(parseGoBoolean('--x', text)).toBe(false);
  });

  it.each(['', 'yes', 'tRUE', 'constructor'])('refuses %j, as Go does', (text) => {
    expect(() => parseGoBoolean('--x', text)).toThrow('expected true or false');
  });
});
