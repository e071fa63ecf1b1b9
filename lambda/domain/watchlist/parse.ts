import type { CompiledWatchlist } from '../watch.ts';
import { Compilation, mappingOf, type Sources } from './compilation.ts';
import { schemaProblems } from './issues.ts';
import { compilePolicies } from './policies.ts';
import type { Problem } from './problem.ts';
import { compileRegistries } from './registries.ts';
import { watchlistSchema } from './schema.ts';
import { readSource } from './source.ts';
import { compileWatches } from './watches.ts';

export type WatchlistResult =
  | {
      readonly ok: true;
      readonly watchlist: CompiledWatchlist;
      /** The keys of KMS that it names, in the order of the file. */
      readonly kmsUris: readonly string[];
    }
  /** Every problem of the file, in its order; nothing of such a file is used. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Parses and compiles a watch list (design, "Watch list"). Keys, trusted roots and certificates that
 * it names are read once, here, and pinned. Whatever the text, it never throws.
 */
export function parseWatchlist(
  text: string,
  sources: { readonly file: string } & Sources,
): WatchlistResult {
  const read = readSource(text);
  if (!read.ok) return read;
  const { source } = read;
  const compilation = new Compilation(source, sources);
  const parsed = watchlistSchema.safeParse(source.value);
  for (const { path, message, at } of schemaProblems(parsed.error?.issues ?? [], source.value)) {
    compilation.report(path, message, at);
  }
  const watchlist = compile(compilation, mappingOf(source.value));
  const problems = compilation.problems();
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, watchlist, kmsUris: [...compilation.kmsUris] };
}

function compile(
  compilation: Compilation,
  sections: Readonly<Record<string, unknown>>,
): CompiledWatchlist {
  const registries = compileRegistries(compilation, sections.registries);
  const { policies, hashes } = compilePolicies(compilation, sections.policies);
  const { watch, defaults } = sections;
  return {
    watches: compileWatches(compilation, { watch, defaults }, hashes),
    policies,
    policyNames: hashes,
    trustRoots: compilation.trustRoots,
    registries,
  };
}
