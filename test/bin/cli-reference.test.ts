import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { cliReference } from '../../bin/cli-reference.ts';

it('docs/cli.md is what the code says: npm run docs', () => {
  const written = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  expect(written).toBe(cliReference());
});
