import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createSystemClock } from '../../lambda/adapters/runtime/clock.ts';
import type { Clock } from '../../lambda/application/ports.ts';
import { serve } from '../../lambda/application/run.ts';
import type { StoreHandle } from '../../lambda/composition.ts';
import { MINUTE } from '../../lambda/domain/time.ts';
import { applyFile, fileToApply } from '../apply-file.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EventPrinter } from '../event-printer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { isStore, type OpenStore, openFolder, PLAYGROUND } from '../with-store.ts';
import { withWorkshop } from '../workshop.ts';
import { announceTime, createPlaygroundClock, type PlaygroundTime } from './clock.ts';
import { emptyFolder } from './folder.ts';
import { ImagePublisher } from './publisher.ts';
import { Readers } from './readers.ts';
import { REGISTRY_PORT, type Servers, startServers } from './servers.ts';
import { prologue, REPOSITORY, tellStory } from './story.ts';
import { writeWatchlist } from './watchlist.ts';
import { epilogue, type Place, welcome } from './words.ts';

export type Pace = Omit<PlaygroundTime, 'startedAt'>;

/** A minute of the story passes in a second; all of it is how far back it begins. */
const PACE: Pace = { factor: 60, behind: 30 * MINUTE };

/** `up` without a watch list: everything on this machine, and a story that happens to it. */
export async function playground(cli: Cli, pace = PACE): Promise<ExitCode> {
  const folder = join(cli.dataDir.path, PLAYGROUND);
  const time = { startedAt: Date.now(), ...pace };
  const clock = createPlaygroundClock(time);
  const handle = await openAlone(folder, clock);
  announceTime(folder, time);
  const servers = await startServers(clock);
  try {
    await play(cli, { ...handle, clock }, servers, { folder, pace });
  } finally {
    await servers.close();
    await handle.close();
  }
  cli.signal.throwIfAborted();
  return EXIT.done;
}

async function play(
  cli: Cli,
  opened: OpenStore,
  servers: Servers,
  { folder, pace }: { readonly folder: string; readonly pace: Pace },
): Promise<void> {
  const { registry, sigstore } = servers;
  const { host } = registry;
  const file = writeWatchlist(folder, host, sigstore.trustedRoot());
  const watchlist = relative(cli.io.cwd, file) || file;
  const place = {
    host,
    sigstore: sigstore.url,
    dataDir: dataDirFlag(cli, folder),
    watchlist,
    minutesBehind: pace.behind / MINUTE,
    factor: pace.factor,
  };
  for (const line of welcome(place)) cli.output.note(line);
  if (!host.endsWith(`:${REGISTRY_PORT}`)) {
    cli.output.note(
      `(port ${REGISTRY_PORT} is taken by another program: the registry is at ${host})`,
    );
  }
  const publisher = new ImagePublisher(host, REPOSITORY, sigstore);
  await prologue({ publisher });
  await applyFile(cli, opened, await fileToApply(cli, watchlist));
  const printer = new EventPrinter(cli.output, await opened.store.id());
  const readers = new Readers();
  const onCommit: typeof printer.committed = (event) => {
    printer.committed(event);
    readers.told();
  };
  const parts = { ...opened, publisher: printer, onCommit };
  await withWorkshop(cli, parts, (deps) =>
    together(cli.signal, [
      (signal) => serve(deps, signal),
      (signal) => tellTo(cli, place, { publisher, readers, clock: opened.clock, signal }),
    ]),
  );
}

/** A store of the user's own, or a folder that was chosen, goes before the playground. */
function dataDirFlag({ dataDir: { path, chosen }, io }: Cli, folder: string): readonly string[] {
  return chosen || isStore(path) ? ['--data-dir', relative(io.cwd, folder) || folder] : [];
}

async function tellTo(
  cli: Cli,
  place: Place,
  telling: Omit<Parameters<typeof tellStory>[0], 'say'>,
): Promise<void> {
  await tellStory({ ...telling, say: (line) => cli.output.note(`\n» ${line}`) });
  for (const line of epilogue(place)) cli.output.note(line);
}

/** Runs all until the signal aborts; one that fails stops the others and is the failure. */
async function together(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const done = works.map(async (work) => {
    try {
      await work(either);
    } catch (thrown) {
      if (!either.aborted) failed.abort(thrown);
    }
  });
  await Promise.all(done);
  failed.signal.throwIfAborted();
}

/**
 * The playground's store, empty. Two would fight for one folder, so that whoever empties it holds
 * the lock of a store beside it until its own is open; the system frees that of a dead process.
 */
async function openAlone(folder: string, clock: Clock): Promise<StoreHandle> {
  const lock = await openFolder(`${folder}.lock`, clock);
  try {
    if (!lock.owner || (await isRunning(folder))) throw alreadyRunning();
    emptyFolder(folder);
    const handle = await openFolder(folder, clock);
    if (handle.owner) return handle;
    await handle.close();
    throw alreadyRunning();
  } finally {
    await lock.close();
  }
}

/** The store of a dead one is no obstacle. */
async function isRunning(folder: string): Promise<boolean> {
  if (!existsSync(join(folder, 'store.json'))) return false;
  const { owner, close } = await openFolder(folder, createSystemClock());
  await close();
  return !owner;
}

function alreadyRunning(): CliError {
  return new CliError(
    EXIT.unavailable,
    'the playground is already running: expected one at a time',
  );
}
