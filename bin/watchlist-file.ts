import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';
import {
  formatProblems,
  type Problem,
  parseWatchlist,
  type ReadFile,
} from '../lambda/domain/watchlist/index.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { DEFAULT_FILE } from './file-flag.ts';

export type WatchlistFile =
  | { readonly ok: true; readonly file: string; readonly watchlist: CompiledWatchlist }
  | { readonly ok: false; readonly file: string; readonly problems: readonly Problem[] };

/** Reads and compiles a watch list, and the keys and roots below its folder. @throws {CliError} when it is not there */
export function readWatchlist(cli: Pick<Cli, 'path'>, file = DEFAULT_FILE): WatchlistFile {
  const path = cli.path(file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const isFolder = (cause as NodeJS.ErrnoException).code === 'EISDIR';
    throw new CliError(
      EXIT.missingFile,
      isFolder
        ? `${file} is a folder: expected the watch list itself`
        : `cannot read the watch list ${file}: expected it there, or -f FILE`,
      { cause },
    );
  }
  const result = parseWatchlist(text, { file, readFile: readerBelow(dirname(path)) });
  return { ...result, file };
}

/** As {@link readWatchlist}, with every problem on stderr. @throws {CliError} when it has one */
export async function loadWatchlist(cli: Cli, file?: string): Promise<CompiledWatchlist> {
  const read = readWatchlist(cli, file);
  if (read.ok) return read.watchlist;
  for (const line of formatProblems(read.problems, read.file)) cli.output.note(line);
  throw new CliError(
    EXIT.invalidFile,
    `${countOf(read.problems)} in ${read.file}: nothing was used of it`,
  );
}

export function countOf(problems: readonly Problem[]): string {
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}

/**
 * Attack: a shared watch list beside a link to a file elsewhere (`keys -> /etc`). What it names is
 * read only if it really is below its folder.
 */
function readerBelow(folder: string): ReadFile {
  return (path) => {
    let real: string;
    try {
      real = realpathSync(join(folder, path));
    } catch {
      return undefined;
    }
    const within = relative(realpathSync(folder), real);
    return within.split(sep)[0] === '..' ? undefined : readFileSync(real);
  };
}
