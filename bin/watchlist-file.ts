import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { KmsKeys } from '../lambda/domain/kms-key.ts';
import type { CompiledWatchlist } from '../lambda/domain/watch.ts';
import {
  formatProblems,
  type Problem,
  parseWatchlist,
  type ReadFile,
  type WatchlistResult,
} from '../lambda/domain/watchlist/index.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { DEFAULT_FILE } from './file-flag.ts';
import type { AwsFlags } from './place.ts';

export type WatchlistFile = WatchlistResult & { readonly file: string };

/**
 * Reads and compiles a watch list, and the keys and roots below its folder. Keys of KMS have to be
 * given; `unasked` leaves their signers out, for who only wants to know whether the file is sound.
 *
 * @throws {CliError} when it is not there
 */
export function readWatchlist(
  cli: Pick<Cli, 'path'>,
  file = DEFAULT_FILE,
  kmsKeys: KmsKeys | 'unasked' = new Map(),
): WatchlistFile {
  const path = cli.path(file);
  const text = readText(path, file);
  const result = parseWatchlist(text, { file, readFile: readerBelow(dirname(path)), kmsKeys });
  return { ...result, file };
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
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
}

/**
 * As {@link readWatchlist}, with what KMS says of the keys that the list names. KMS is asked about a
 * file that is sound otherwise, and then once.
 *
 * @throws {CliError} when the file is not there
 * @throws {KmsError} when KMS does not say
 */
export async function resolveWatchlist(
  cli: Pick<Cli, 'path'>,
  file: string | undefined,
  access: AwsFlags,
): Promise<WatchlistFile> {
  const read = readWatchlist(cli, file, 'unasked');
  if (!read.ok || read.kmsUris.length === 0) return read;
  const { readKmsKeys } = await import('./kms-keys.ts');
  return readWatchlist(cli, file, await readKmsKeys(read.kmsUris, access));
}

/** As {@link resolveWatchlist}, with every problem on stderr. @throws {CliError} when it has one */
export async function loadWatchlist(cli: Cli, file?: string): Promise<CompiledWatchlist> {
  const read = await resolveWatchlist(cli, file, cli.aws);
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
