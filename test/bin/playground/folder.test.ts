import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyFolder } from '../../../bin/playground/folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tagwarden-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('the folder of the playground', () => {
  it('is made, and emptied the next time', () => {
    const folder = join(parent, 'a/playground');
    emptyFolder(folder);
    writeFileSync(join(folder, 'old'), '');
    emptyFolder(folder);
    expect(existsSync(join(folder, 'old'))).toBe(false);
  });

  it("is never somebody else's, whatever its name", () => {
    const folder = join(parent, 'playground');
    mkdirSync(folder);
    writeFileSync(join(folder, 'precious'), '');
    expect(() => emptyFolder(folder)).toThrow("not the playground's");
    expect(existsSync(join(folder, 'precious'))).toBe(true);
  });
});
