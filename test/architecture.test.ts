import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** What each layer may import, besides itself; `packages` are allowed by name or by prefix ending in `/`. */
const LAYERS: Record<string, { layers: string[]; packages: string[] | 'any' }> = {
  'lambda/contract': { layers: [], packages: [] },
  'lambda/domain': {
    layers: ['lambda/contract'],
    packages: ['node:crypto', 'node:net', 're2js', 'semver', 'semver/', 'yaml', 'zod', 'zod/mini'],
  },
  'lambda/application': { layers: ['lambda/contract', 'lambda/domain'], packages: ['node:crypto'] },
  'lambda/adapters': {
    layers: ['lambda/contract', 'lambda/domain', 'lambda/application'],
    packages: 'any',
  },
  'lambda/composition': {
    layers: [
      'lambda/contract',
      'lambda/domain',
      'lambda/application',
      'lambda/adapters',
      'lambda/settings',
    ],
    packages: 'any',
  },
  'lambda/settings': {
    layers: ['lambda/contract', 'lambda/domain'],
    packages: ['zod', 'zod/mini'],
  },
  'lambda/handlers': {
    layers: [
      'lambda/contract',
      'lambda/domain',
      'lambda/application',
      'lambda/composition',
      'lambda/settings',
    ],
    packages: 'any',
  },
  lib: {
    layers: ['lambda/contract'],
    packages: ['aws-cdk-lib', 'aws-cdk-lib/', 'constructs', 'esbuild', 'node:crypto', 'node:path'],
  },
  bin: {
    layers: [
      'lib',
      'lambda/contract',
      'lambda/domain',
      'lambda/application',
      'lambda/adapters',
      'lambda/composition',
      'lambda/settings',
    ],
    packages: 'any',
  },
};

/** The playground is made of the doubles that the tests use; nothing else that runs may know them. */
const DOUBLES = { from: 'bin/playground', to: 'test/support' };

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = globSync('{bin,lib,lambda}/**/*.ts', { cwd: root }).sort();
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = withoutComments(readFileSync(join(root, file), 'utf8'));
  const statements = source.matchAll(
    /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...statements].map(([, , typeOnly, fixed, dynamic]) => ({
    from: file,
    to: resolve(file, fixed ?? dynamic ?? ''),
    typeOnly: typeOnly !== undefined,
  }));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.')
    ? relative(root, join(root, dirname(from), specifier))
    : specifier;
}

function layerOf(path: string): string | undefined {
  return Object.keys(LAYERS).find(
    (layer) => path === `${layer}.ts` || path.startsWith(`${layer}/`),
  );
}

/** Why this import is not allowed, or undefined. */
function offence({ from, to }: Import): string | undefined {
  const layer = layerOf(from);
  const rule = layer === undefined ? undefined : LAYERS[layer];
  if (layer === undefined || rule === undefined) return `${from} is in no layer`;
  if (!isLocal(to))
    return packageAllowed(rule.packages, to) ? undefined : `${from} → package ${to}`;
  if (from.startsWith(DOUBLES.from) && to.startsWith(DOUBLES.to)) return undefined;
  const target = layerOf(to);
  if (target === layer) return siblingOffence(from, to);
  return target !== undefined && rule.layers.includes(target) ? undefined : `${from} → ${to}`;
}

function isLocal(to: string): boolean {
  return /^(bin|lib|lambda|test|bench)\//.test(to) || /^[\w-]+\.json$/.test(to);
}

function packageAllowed(allowed: string[] | 'any', name: string): boolean {
  if (allowed === 'any') return true;
  return allowed.some((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry));
}

function siblingOffence(from: string, to: string): string | undefined {
  const adapter = (path: string) => /^lambda\/adapters\/([^/]+)\//.exec(path)?.[1];
  return adapter(from) === adapter(to) ? undefined : `${from} → sibling adapter ${to}`;
}

/** The first cycle of value imports reachable from anywhere, as a path; [] when there is none. */
function findCycle(): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly && isLocal(to)) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle.length > 0) return cycle;
    }
    done.add(node);
    return [];
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function filesWith(pattern: RegExp, among: RegExp): string[] {
  return files.filter(
    (file) =>
      among.test(file) && pattern.test(withoutComments(readFileSync(join(root, file), 'utf8'))),
  );
}

describe('the direction of imports', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(50);
  });

  it('is the one of the layers', () => {
    expect(imports.map(offence).filter((path) => path !== undefined)).toEqual([]);
  });

  it('has no cycle of value imports', () => {
    expect(findCycle()).toEqual([]);
  });
});

describe('effects at the edges', () => {
  it('reads the environment only in the settings and bin/', () => {
    expect(filesWith(/process\.env/, /^(lambda|lib)\/(?!settings[./])/)).toEqual([]);
  });

  it('keeps clock, randomness and timers out of domain and application', () => {
    const impure =
      /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID|randomBytes|\bset(Timeout|Interval)\(/;
    expect(filesWith(impure, /^lambda\/(domain|application|contract)\//)).toEqual([]);
  });

  it('never uses a Scan command', () => {
    expect(filesWith(/\bScanCommand\b|\bpaginateScan\b/, /^(lambda|bin|lib)\//)).toEqual([]);
  });

  it('never asks with fetch, which closes connections and inflates bodies', () => {
    expect(filesWith(/(?<![#.\w])fetch\(/, /^(lambda|bin)\//)).toEqual([]);
  });
});

describe('sizes', () => {
  it('keeps every source file under 300 lines', () => {
    const long = files.filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 300,
    );
    expect(long).toEqual([]);
  });
});
