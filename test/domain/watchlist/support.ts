import { expect } from '@jest/globals';
import type { KmsKeys } from '../../../lambda/domain/kms-key.ts';
import type { CompiledWatchlist } from '../../../lambda/domain/watch.ts';
import {
  formatProblems,
  parseWatchlist,
  type WatchlistResult,
} from '../../../lambda/domain/watchlist/index.ts';

/** Files below the folder of the watch list. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

function parse(text: string, files: Files) {
  const readFile = (path: string) =>
    Object.hasOwn(files, path) ? Buffer.from(files[path] ?? '') : undefined;
  return parseWatchlist(text, { file: 'watchlist.yaml', readFile });
}

/** The lines that a person sees, without the name of the file. */
export function problemsOf(text: string, files: Files = {}): string[] {
  const result = parse(text, files);
  expect(result.ok).toBe(false);
  return result.ok ? [] : formatProblems(result.problems, 'w').map((line) => line.slice(2));
}

/** As {@link parseWatchlist} of the list alone. */
export function parsed(text: string, kmsKeys?: KmsKeys | 'unasked'): WatchlistResult {
  const sources = { file: 'watchlist.yaml', readFile: () => undefined };
  return parseWatchlist(text, { ...sources, ...(kmsKeys !== undefined && { kmsKeys }) });
}

export function compiled(text: string, files: Files = {}): CompiledWatchlist {
  const result = parse(text, files);
  if (result.ok) return result.watchlist;
  throw new Error(formatProblems(result.problems, 'watchlist.yaml').join('\n'));
}
