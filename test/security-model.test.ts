import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/security-model.md'), 'utf8');
const CASES = join(import.meta.dirname, 'support/sigstore/cases');

/** Rows of the tables whose last column names tests. */
const ROWS = PAGE.split('\n')
  .filter(
    (line) => !line.includes('tested in') && line.startsWith('| ') && line.split('|').length === 6,
  )
  .map((line) => line.split('|'))
  .map(([, first = '', , , tests = '']) => ({
    advisories: first.match(/CVE-\d+-\d+/g) ?? [],
    tests: [...tests.matchAll(/`([a-z][a-z/-]+)`/g)].map(([, path = '']) => path),
  }));

function pathOf(test: string): string {
  const at = join(import.meta.dirname, test);
  return test.endsWith('/') ? at : `${at}.test.ts`;
}

/** The text of a test, with that of the cases that it runs. */
function textOf(test: string): string {
  const cases = test === 'adapters/sigstore/cases' ? readdirSync(CASES) : [];
  const paths = [pathOf(test), ...cases.map((name) => join(CASES, name))];
  return paths.map((path) => readFileSync(path, 'utf8')).join('\n');
}

describe('the security model', () => {
  it('names tests that are there', () => {
    const named = ROWS.flatMap(({ tests }) => tests);
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((test) => !existsSync(pathOf(test)))).toEqual([]);
  });

  it('names of every advisory tests that name it', () => {
    const rows = ROWS.filter(({ advisories }) => advisories.length > 0);
    expect(rows.length).toBeGreaterThan(20);
    const untested = rows.flatMap(({ advisories, tests }) => {
      const text = tests.map(textOf).join('\n');
      return advisories.filter((advisory) => !text.includes(advisory));
    });
    expect(untested).toEqual([]);
  });
});
