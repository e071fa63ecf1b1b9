import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledWatchlist } from '../../lambda/domain/watch.ts';
import { hashOfSerialized, serializeWatchlist } from '../../lambda/domain/watchlist/compiled.ts';
import { formatProblems } from '../../lambda/domain/watchlist/index.ts';
import type { CompiledWatchlistFile } from '../../lib/tagwarden-props.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { countOf, readWatchlist } from '../watchlist-file.ts';
import { asksEcrPublic, ecrRepositoriesOf } from './ecr-repositories.ts';

/** The watch list of a deployment, as properties of a Tagwarden. */
export interface DeployedWatchlist {
  readonly watchlist: CompiledWatchlistFile;
  readonly ecrRepositories: readonly string[];
  readonly ecrPublic: boolean;
}

/**
 * Reads, checks and compiles a watch list for the construct.
 *
 * @param folder where the compiled list is written, such as the `outdir` of the app
 * @throws {CliError} with every problem, one on each line, as `tagwarden validate` tells them
 */
export function compileWatchlist(file: string, folder: string): DeployedWatchlist {
  return deployed(readForDeployment(file), folder);
}

/** Without writing anything. @throws {CliError} as {@link compileWatchlist} */
export function readForDeployment(file: string): CompiledWatchlist {
  const read = readWatchlist({ path: (...parts) => join(...parts) }, file);
  if (read.ok) return read.watchlist;
  const { problems } = read;
  const lines = formatProblems(problems, file);
  throw new CliError(
    EXIT.invalidFile,
    [...lines, `${countOf(problems)} in ${file}: nothing was deployed`].join('\n'),
  );
}

export function deployed(list: CompiledWatchlist, folder: string): DeployedWatchlist {
  const path = join(folder, 'tagwarden-watchlist.json');
  const serialized = serializeWatchlist(list);
  writeFileSync(path, serialized);
  return {
    watchlist: { path, hash: hashOfSerialized(serialized) },
    ecrRepositories: ecrRepositoriesOf(list.watches),
    ecrPublic: asksEcrPublic(list.watches),
  };
}
