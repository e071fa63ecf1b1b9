import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import type { Clock } from '../lambda/application/ports.ts';
import { openStore, type StoreHandle } from '../lambda/composition.ts';
import { messageOf } from '../lambda/domain/errors.ts';
import type { Cli } from './cli.ts';
import { CliError, UsageError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Place } from './place.ts';
import { clockOf } from './playground/clock.ts';

export interface OpenStore extends StoreHandle {
  readonly clock: Clock;
}

/** Folder of the playground's own store, below the default one. */
export const PLAYGROUND = 'playground';

type Use = (opened: OpenStore) => Promise<ExitCode>;
type Embedded = Extract<Place, { kind: 'embedded' }>;
type Remote = Exclude<Place, Embedded>;

/** Opens the embedded store for a command that works it; it is made where there is none. */
export async function withStore(cli: Cli, use: Use): Promise<ExitCode> {
  const { folder } = embeddedPlace(cli);
  return closing(await openFolder(folder, clockOf(folder)), clockOf(folder), use);
}

/**
 * Opens the store for a command that only reads. Where there is none, none is made: the answer is
 * that of an empty one. Unless a folder was chosen, the playground that is running is asked then: a
 * newcomer's second terminal finds what the first one shows.
 */
export async function withStoreToRead(cli: Cli, use: Use): Promise<ExitCode> {
  const { place } = cli;
  return place.kind === 'embedded'
    ? reading(folderToRead(cli, place), use)
    : withRemote(place, use);
}

/** As {@link withStoreToRead}, and never the playground's: what `apply` would do to the user's own. */
export async function withOwnStoreToRead(cli: Cli, use: Use): Promise<ExitCode> {
  const { place } = cli;
  if (place.kind !== 'embedded') return withRemote(place, use);
  return reading(isStore(place.folder) ? place.folder : undefined, use);
}

/** Opens the store for `apply`; a deployed stack takes its watch list at deploy unless it was told not to. */
export async function withStoreToApply(cli: Cli, use: Use): Promise<ExitCode> {
  const { place } = cli;
  if (place.kind === 'embedded') return withStore(cli, use);
  return withRemote(place, use, 'apply');
}

/** The embedded store's place. @throws {UsageError} for a command that works no other */
export function embeddedPlace(cli: Cli): Embedded {
  const { place } = cli;
  if (place.kind === 'embedded') return place;
  const what = place.kind === 'stack' ? `the stack ${place.name}` : `the table ${place.name}`;
  throw new UsageError(
    `found ${what}: expected the embedded store (--data-dir, TAGWARDEN_STACK unset); a deployed stack scans by itself`,
  );
}

/** A table, or that of a stack, with the user's own credentials. */
async function withRemote(place: Remote, use: Use, to: 'read' | 'apply' = 'read') {
  const { openTable } = await import('../lambda/composition/deployed.ts');
  const clock = createSystemClock();
  const table = place.kind === 'table' ? place : await tableOf(place, to);
  const { access } = place;
  const { name: tableName, ...where } = table;
  return closing(await openTable({ ...access, ...where, tableName }, clock), clock, use);
}

async function tableOf(
  { name, access }: Extract<Place, { kind: 'stack' }>,
  to: 'read' | 'apply',
): Promise<{ readonly name: string }> {
  const { findStack } = await import('../lambda/composition/deployed.ts');
  const outputs = await findStack(access, name);
  if (to === 'apply' && outputs.find('watchlist') !== 'external') {
    throw new UsageError(
      `the stack ${name} takes its watch list when it is deployed: change the file, then npx cdk deploy (or deploy it once with watchlist=external)`,
    );
  }
  return { name: outputs.get('table') };
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

function folderToRead(cli: Cli, { folder, chosen }: Embedded): string | undefined {
  const { output } = cli;
  if (isStore(folder)) return folder;
  const playground = join(folder, PLAYGROUND);
  if (!chosen && existsSync(join(playground, 'store.json'))) {
    output.note("(this is the playground's store, as you have none of your own yet)");
    return playground;
  }
  output.note(`(nothing is stored in ${folder} yet)`);
  const hint = playgroundHint(cli);
  if (hint !== undefined) output.note(hint);
  return undefined;
}

/** Where the playground's store is, for whom asked another one and looked for it. */
export function playgroundHint({ place, io }: Cli): string | undefined {
  if (place.kind !== 'embedded' || place.chosen) return undefined;
  const folder = join(place.folder, PLAYGROUND);
  if (!isStore(folder)) return undefined;
  return `(what the playground stored: --data-dir ${relative(io.cwd, folder) || folder})`;
}

export function isStore(folder: string): boolean {
  return existsSync(join(folder, 'db'));
}
