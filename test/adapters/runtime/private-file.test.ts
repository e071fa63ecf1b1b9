import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { editPrivateFile, readIfThere } from '../../../lambda/adapters/runtime/private-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagwarden-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const append = (word: string) => (text: string | undefined) => `${text ?? ''}${word} `;
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('a private file', () => {
  it('is made with its folder, for its user alone', async () => {
    const path = join(folder, 'new', 'config.json');
    expect(readIfThere(path)).toBeUndefined();
    await editPrivateFile(path, append('a'));
    expect(readIfThere(path)).toBe('a ');
    expect([modeOf(path), modeOf(join(folder, 'new'))]).toEqual([0o600, 0o700]);
    expect(readdirSync(join(folder, 'new'))).toEqual(['config.json']);
  });

  it('is closed to others also when it was open, and keeps its link', async () => {
    writeFileSync(join(folder, 'real'), 'a ', { mode: 0o644 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await editPrivateFile(join(folder, 'link'), append('b'));
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('a b ');
    expect(modeOf(join(folder, 'real'))).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['link', 'real']);
  });

  it('loses nothing to others who change it at the same time', async () => {
    const path = join(folder, 'f');
    const words = Array.from({ length: 20 }, (_, n) => `w${n}`);
    await Promise.all(words.map((word) => editPrivateFile(path, append(word))));
    expect(readIfThere(path)?.split(' ').filter(Boolean).sort()).toEqual(words.sort());
  });

  it('is edited again when a program that knows no lock wrote it meanwhile', async () => {
    const path = join(folder, 'f');
    let calls = 0;
    await editPrivateFile(path, (text) => {
      if (calls++ === 0) writeFileSync(path, 'theirs ');
      return append('ours')(text);
    });
    expect(readIfThere(path)).toBe('theirs ours ');
  });

  it('stays as it is when nothing is to be changed, or the change fails', async () => {
    const path = join(folder, 'f');
    writeFileSync(path, 'a');
    await editPrivateFile(path, () => undefined);
    const broken = editPrivateFile(path, () => {
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(readIfThere(path)).toBe('a');
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('is not kept for ever by a process that was killed', async () => {
    const path = join(folder, 'f');
    writeFileSync(`${path}.lock`, '');
    utimesSync(`${path}.lock`, 0, 0);
    await editPrivateFile(path, append('a'));
    expect(readIfThere(path)).toBe('a ');
  });
});
