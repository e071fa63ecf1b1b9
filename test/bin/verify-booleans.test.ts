import { describe, expect, it } from '@jest/globals';
import { parseGoBoolean, spellOutBooleans } from '../../bin/verify-booleans.ts';

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
