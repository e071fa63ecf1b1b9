import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledWatchlist } from '../../lambda/domain/watch.ts';
import { hashOfSerialized, serializeWatchlist } from '../../lambda/domain/watchlist/compiled.ts';
import { formatProblems } from '../../lambda/domain/watchlist/index.ts';
import type { CompiledWatchlistFile } from '../../lib/tagwarden-props.ts';
import { CliError, explain } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { countOf, resolveWatchlist, type WatchlistFile } from '../watchlist-file.ts';
import { asksEcrPublic, ecrRepositoriesOf } from './ecr-repositories.ts';

/** The watch list of a deployment, as properties of a Tagwarden. */
export interface DeployedWatchlist {
  readonly watchlist: CompiledWatchlistFile;
  readonly ecrRepositories: readonly string[];
  readonly ecrPublic: boolean;
}

/**
 * Reads, checks and compiles a watch list for the construct. Keys of KMS are asked for here, with the
 * credentials of whoever deploys, so that no function of the stack needs to.
 *
 * @param folder where the compiled list is written, such as the `outdir` of the app
 * @throws {CliError} with every problem, one on each line, as `tagwarden validate` tells them
 */
export async function compileWatchlist(file: string, folder: string): Promise<DeployedWatchlist> {
  return deployed(await readForDeployment(file), folder);
}

/** Without writing anything. @throws {CliError} as {@link compileWatchlist} */
export async function readForDeployment(file: string): Promise<CompiledWatchlist> {
  const read = await resolved(file);
  if (read.ok) return read.watchlist;
  const { problems } = read;
  const lines = formatProblems(problems, file);
  throw new CliError(
    EXIT.invalidFile,
    [...lines, `${countOf(problems)} in ${file}: nothing was deployed`].join('\n'),
  );
}

async function resolved(file: string): Promise<WatchlistFile> {
  try {
    return await resolveWatchlist({ path: (...parts) => join(...parts) }, file, {});
  } catch (thrown) {
    const known = explain(thrown);
    if (known === undefined || thrown instanceof CliError) throw thrown;
    throw new CliError(known.exit, `${known.message}\nnothing was deployed`);
  }
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
