import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lambda/application/ports.ts';
import { openStore, type StoreHandle } from '../lambda/composition.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './cli-error.ts';
import type { ExitCode } from './exit-codes.ts';
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
  return closing(await openStore(path, clockOf(path)), clockOf(path), use);
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
  return closing(await openStore(folder, clock), clock, use);
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

function folderToRead({ dataDir: { path, chosen }, output }: Cli): string | undefined {
  if (isStore(path)) return path;
  const playground = join(path, PLAYGROUND);
  if (!chosen && existsSync(join(playground, 'store.json'))) {
    output.note("(this is the playground's store, as you have none of your own yet)");
    return playground;
  }
  output.note(`(nothing is stored in ${path} yet)`);
  return undefined;
}

export function isStore(folder: string): boolean {
  return existsSync(join(folder, 'db'));
}
