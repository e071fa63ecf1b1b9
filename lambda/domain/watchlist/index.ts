export type { ReadFile } from './file.ts';
export { parseWatchlist, type WatchlistResult } from './parse.ts';
export { formatProblems, type Problem } from './problem.ts';
export { watchlistJsonSchema } from './schema.ts';
