import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SOURCES = join(import.meta.dirname, '../../../lambda/adapters/sigstore');
const CASES = join(import.meta.dirname, '../../support/sigstore');

/** Rows of the table of rules: number, attack, where, tests. */
const ROWS = readFileSync(join(SOURCES, 'README.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, rule = '']) => /^G\d+$/.test(rule))
  .map(([, rule = '', , where = '', tests = '']) => ({
    rule,
    where: namesIn(where),
    tests: namesIn(tests),
  }));

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function pathOf(test: string): string {
  return test.startsWith('cases/')
    ? join(CASES, `${test}.ts`)
    : join(import.meta.dirname, `${test}.test.ts`);
}

/** Whether a name in it begins with the rule's number, alone or among others: `'G8, G10: …'`. */
function hasTestOf(rule: string, test: string): boolean {
  const path = pathOf(test);
  const name = new RegExp(`['"\`](?:G\\d+, )*${rule}[,:]`);
  return existsSync(path) && name.test(readFileSync(path, 'utf8'));
}

describe('the table of rules', () => {
  it('has every rule once', () => {
    const numbers = Array.from({ length: 18 }, (_, index) => `G${index + 1}`);
    expect(ROWS.map(({ rule }) => rule)).toEqual(numbers);
  });

  it.each(ROWS)('says of $rule where it is, and which tests perform the attack', (row) => {
    expect(row.where).not.toEqual([]);
    expect(row.where.filter((name) => !existsSync(join(SOURCES, name)))).toEqual([]);
    expect(row.tests).not.toEqual([]);
    expect(row.tests.filter((test) => !hasTestOf(row.rule, test))).toEqual([]);
  });
});
