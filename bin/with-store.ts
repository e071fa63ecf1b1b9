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

/** Opens the store for one command and closes it, whatever happens in between. */
export async function withStore(
  cli: Cli,
  use: (opened: OpenStore) => Promise<ExitCode>,
): Promise<ExitCode> {
  refuseStack(cli);
  const folder = folderOf(cli);
  const clock = clockOf(folder);
  const opened = await openStore(folder, clock);
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

/**
 * The chosen folder; without one `.tagwarden`, or while nothing was ever stored there, the
 * playground that is running: a newcomer's second terminal finds what the first one shows.
 */
export function folderOf(cli: Cli): string {
  const { path, chosen } = cli.dataDir;
  if (chosen || isStore(path)) return path;
  const playground = join(path, PLAYGROUND);
  if (!existsSync(join(playground, 'store.json'))) return path;
  cli.output.note(`(the playground's store; your own will be in ${path})`);
  return playground;
}

function isStore(folder: string): boolean {
  return existsSync(join(folder, 'db'));
}
