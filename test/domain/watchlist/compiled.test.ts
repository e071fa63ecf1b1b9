import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../../lambda/domain/canonical-json.ts';
import type { CompiledWatchlist } from '../../../lambda/domain/watch.ts';
import {
  CompiledWatchlistError,
  deserializeWatchlist,
  hashOfSerialized,
  serializeWatchlist,
} from '../../../lambda/domain/watchlist/compiled.ts';
import { parseWatchlist } from '../../../lambda/domain/watchlist/index.ts';
import { TrustedRoots } from './roots.ts';

const EXAMPLE = join(import.meta.dirname, '../../../watchlist.example.yaml');

function compile(text: string): CompiledWatchlist {
  const readFile = (path: string) =>
    path === 'root.json' ? TrustedRoots.perfect : readFileSync(join(dirname(EXAMPLE), path));
  const result = parseWatchlist(text, { file: 'watchlist.yaml', readFile });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.watchlist;
}

const WITH_ROOT = `version: 1
registries: [{host: "registry.corp.example:5000", allowPrivate: true, plainHttp: true}]
policies:
  own: {signedBy: [{identity: a@example.com, issuer: "https://issuer.example"}], trustRoot: root.json}
watch: [{image: "registry.corp.example:5000/acme/app:1", policy: own, labels: {team: é}}]`;

const read = (serialized: string | Uint8Array) =>
  deserializeWatchlist(Buffer.from(serialized), hashOfSerialized(serialized));

describe('a compiled watch list', () => {
  it.each([
    ['every key of the example', readFileSync(EXAMPLE, 'utf8')],
    ['a root and a registry of its own', WITH_ROOT],
    ['nothing', 'version: 1\nwatch: []'],
  ])('comes back as it was, with %s', (_what, text) => {
    const compiled = compile(text);
    expect(read(serializeWatchlist(compiled))).toEqual(compiled);
  });

  it('has the same bytes for the same list, in whatever order its keys are', () => {
    const compiled = compile(WITH_ROOT);
    const [watch] = compiled.watches;
    const turned = Object.fromEntries(Object.entries(watch ?? {}).reverse()) as typeof watch;
    const again = { ...compiled, watches: turned === undefined ? [] : [turned] };
    expect(serializeWatchlist(again)).toBe(serializeWatchlist(compiled));
  });
});

describe('a compiled watch list that somebody changed', () => {
  const compiled = compile(WITH_ROOT);
  const perfect = JSON.parse(serializeWatchlist(compiled));
  const [hash = ''] = compiled.policies.keys();
  const [root = ''] = compiled.trustRoots.keys();
  const watch = perfect.watches[0];
  const problemOf = (value: unknown): string => {
    try {
      read(typeof value === 'string' ? value : canonicalJson(value));
    } catch (thrown) {
      if (thrown instanceof CompiledWatchlistError) return thrown.message;
    }
    return 'was read';
  };

  it('is not read under the hash of another', () => {
    const bytes = Buffer.from(serializeWatchlist(compiled));
    expect(() => deserializeWatchlist(bytes, '0'.repeat(64))).toThrow(
      /its hash is [0-9a-f]{64}, the deployment names 0{64}$/,
    );
  });

  it.each<readonly [string, unknown, string]>([
    ['no JSON', '{', 'it is not JSON'],
    ['a key twice', '{"v":1,"v":1}', 'it has a duplicate key'],
    ['no object', '[]', 'it has version undefined'],
    ['another version', { ...perfect, v: 2 }, 'it has version 2, this program knows 1'],
    ['a key that nobody knows', { ...perfect, mute: [] }, 'Unrecognized key'],
    ['no watches', { ...perfect, watches: undefined }, 'watches: '],
    ['an unknown key of a watch', withWatch({ mute: true }), 'watches.0: '],
    ['an alias of a registry', withWatch({ registry: 'index.docker.io' }), 'watches.0.registry: '],
    ['an interval of no schedule', withWatch({ every: 7 }), 'watches.0.every: '],
    ['no policy of that hash', withWatch({ policy: 'f'.repeat(64) }), 'no policy ffff'],
    ['a tag and a digest', withWatch({ digest: `sha256:${'a'.repeat(64)}` }), 'names 2 of a tag'],
    ['neither', withWatch({ tag: undefined }), 'names 0 of a tag'],
    ['a watch twice', { ...perfect, watches: [watch, watch] }, 'is there twice'],
    ['a weaker policy', withPolicy({ unsafeIgnoreTransparencyLog: true }), 'does not hash to its'],
    ['another root', { ...perfect, trustRoots: { [root]: 'e30=' } }, 'is not its bytes'],
    ['no root', { ...perfect, trustRoots: {} }, 'no root sha256:'],
    ['a registry twice', { ...perfect, registries: twice(perfect.registries) }, 'a registry is'],
    ['a name of no policy', { ...perfect, policyNames: { own: 'x' } }, 'no policy own'],
  ])('is refused with %s', (_what, value, problem) => {
    expect(problemOf(value)).toContain(`invalid compiled watch list: `);
    expect(problemOf(value)).toContain(problem);
  });

  function withWatch(changes: object) {
    return { ...perfect, watches: [{ ...watch, ...changes }] };
  }

  function withPolicy(changes: object) {
    return { ...perfect, policies: { [hash]: { ...perfect.policies[hash], ...changes } } };
  }
});

function twice<T>(values: readonly T[]): T[] {
  return [...values, ...values];
}
