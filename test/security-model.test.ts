import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/security-model.md'), 'utf8');

/** Of the table of attackers, what its last column names. */
const NAMED = PAGE.split('\n')
  .filter(
    (line) => !line.includes('tested in') && line.startsWith('| ') && line.split('|').length === 6,
  )
  .flatMap((line) => [...(line.split('|')[4] ?? '').matchAll(/`([a-z][a-z/-]+)`/g)])
  .map(([, path]) => path ?? '');

describe('the security model', () => {
  it('names tests that are there', () => {
    expect(NAMED.length).toBeGreaterThan(25);
    const missing = NAMED.filter((path) => {
      const at = join(import.meta.dirname, path);
      return !existsSync(path.endsWith('/') ? at : `${at}.test.ts`);
    });
    expect(missing).toEqual([]);
  });
});
