import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

/** Modules and packages that are loaded with a file before anything of it runs. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.ts')) return seen;
  const source = readFileSync(join(root, file), 'utf8');
  const imports = source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm);
  for (const [, name = ''] of imports) {
    loadedWith(name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name, seen);
  }
  return seen;
}

it('help and completion load no adapter, no use case and none of the heavy packages', () => {
  const loaded = [...loadedWith('bin/tagwarden.ts')];
  expect(loaded.filter((file) => /^lambda\/(adapters|application|composition)/.test(file))).toEqual(
    [],
  );
  const packages = loaded.filter((name) => !/^(bin|lambda)\/|^node:/.test(name));
  expect(packages.sort()).toEqual(['cli-table3', 'commander']);
});
