import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Clock } from '../lambda/application/ports.ts';
import { openStore, type StoreHandle } from '../lambda/composition.ts';
import { messageOf } from '../lambda/domain/errors.ts';
import type { Cli } from './cli.ts';
import { CliError, UsageError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { clockOf } from './playground/clock.ts';

export interface OpenStore extends StoreHandle {
  readonly clock: Clock;
}

/** Folder of the playground's own store, below the default one. */
export const PLAYGROUND = 'playground';

type Use = (opened: OpenStore) => Promise<ExitCode>;

/** Opens the store for a command that writes; it is made where there is none. */
export async function withStore(cli: Cli, use: Use): Promise<ExitCode> {
  refuseStack(cli);
  const { path } = cli.dataDir;
  return closing(await openFolder(path, clockOf(path)), clockOf(path), use);
}

/**
 * Opens the store for a command that only reads. Where there is none, none is made: the answer is
 * that of an empty one. Unless a folder was chosen, the playground that is running is asked then: a
 * newcomer's second terminal finds what the first one shows.
 */
export async function withStoreToRead(cli: Cli, use: Use): Promise<ExitCode> {
  refuseStack(cli);
  return reading(folderToRead(cli), use);
}

/** As {@link withStoreToRead}, and never the playground's: what `apply` would do to the user's own. */
export async function withOwnStoreToRead(cli: Cli, use: Use): Promise<ExitCode> {
  refuseStack(cli);
  const { path } = cli.dataDir;
  return reading(isStore(path) ? path : undefined, use);
}

async function reading(folder: string | undefined, use: Use): Promise<ExitCode> {
  const clock = clockOf(folder ?? '');
  return closing(await openFolder(folder, clock), clock, use);
}

/** @throws {CliError} also for a folder that the system keeps from us */
export async function openFolder(folder: string | undefined, clock: Clock): Promise<StoreHandle> {
  try {
    return await openStore(folder, clock);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'errno' in thrown)) throw thrown;
    const why = `cannot open the store in ${folder}: ${messageOf(thrown)}`;
    throw new CliError(EXIT.unavailable, why, { cause: thrown });
  }
}

async function closing(opened: StoreHandle, clock: Clock, use: Use): Promise<ExitCode> {
  try {
    return await use({ ...opened, clock });
  } finally {
    await opened.close();
  }
}

/** Rather an error than the history of the wrong place. */
function refuseStack({ settings }: Cli): void {
  if (settings.stack === undefined) return;
  throw new UsageError(
    'the environment has TAGWARDEN_STACK, and deployed stacks are not available in this version: expected it unset',
  );
}

function folderToRead(cli: Cli): string | undefined {
  const { output } = cli;
  const { path, chosen } = cli.dataDir;
  if (isStore(path)) return path;
  const playground = join(path, PLAYGROUND);
  if (!chosen && existsSync(join(playground, 'store.json'))) {
    output.note("(this is the playground's store, as you have none of your own yet)");
    return playground;
  }
  output.note(`(nothing is stored in ${path} yet)`);
  const hint = playgroundHint(cli);
  if (hint !== undefined) output.note(hint);
  return undefined;
}

/** Where the playground's store is, for whom asked another one and looked for it. */
export function playgroundHint({ dataDir: { path, chosen }, io }: Cli): string | undefined {
  const folder = join(path, PLAYGROUND);
  if (chosen || !isStore(folder)) return undefined;
  return `(what the playground stored: --data-dir ${relative(io.cwd, folder) || folder})`;
}

export function isStore(folder: string): boolean {
  return existsSync(join(folder, 'db'));
}
