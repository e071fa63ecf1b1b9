import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Shell } from './support.ts';

const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8nXRh950IZbRj8Ra/N9sbqOPZrfM
5/KAQN0/KjHcorm/J5yctVd7iEcnessRQjU917hmKO6JWVGHpDguIyakZA==
-----END PUBLIC KEY-----
`;

const outside = new Shell();
const shell = new Shell();
afterAll(() => {
  shell.remove();
  outside.remove();
});

function listWithKey(key: string): void {
  const policy = `policies: {p: {signedBy: [{key: ${key}}], unsafeIgnoreTransparencyLog: true}}`;
  writeFileSync(join(shell.folder, 'watchlist.yaml'), `version: 1\n${policy}\nwatch: []\n`);
}

describe('files that a watch list names', () => {
  it('are read below its folder', async () => {
    mkdirSync(join(shell.folder, 'keys'));
    writeFileSync(join(shell.folder, 'keys/ours.pub'), PEM);
    listWithKey('keys/ours.pub');
    expect(await shell.run('validate')).toMatchObject({ exit: 0 });
  });

  it.each([
    ['a link to a file', 'link.pub', 'elsewhere.pub'],
    ['a file behind a link to a folder', 'linked/elsewhere.pub', ''],
  ])('are not read through %s elsewhere', async (_what, key, target) => {
    writeFileSync(join(outside.folder, 'elsewhere.pub'), PEM);
    const link = key.split('/')[0] ?? '';
    symlinkSync(join(outside.folder, target), join(shell.folder, link));
    listWithKey(key);
    const { exit, stdout } = await shell.run('validate');
    expect(exit).toBe(65);
    expect(stdout).toContain(`found no file "${key}"`);
  });
});
