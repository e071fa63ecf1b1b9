import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { type TargetFile, Updater } from 'tuf-js';
import {
  type TrustRepository,
  type TrustUpdate,
  TUF_ROLES,
  type TufMetadata,
} from '../../application/ports.ts';
import { messageOf } from '../../domain/errors.ts';
import { Cache } from './cache.ts';
import { TufError } from './errors.ts';
import { CONFIG, DEADLINES, type Deadlines, METADATA_BYTES, TARGET_BYTES } from './limits.ts';
import { Mirror, mirrorOf } from './mirror.ts';

export interface TufRepositoryOptions {
  /** An https address; http on loopback. */
  readonly mirror: string;
  /** The TUF root to begin with: shipped with this program, never taken from the mirror. */
  readonly root: Uint8Array;
  /** @default {@link DEADLINES} */
  readonly deadlines?: Deadlines;
}

/** The only target that is ever asked for: no name that a repository says becomes a path. */
const TARGET = 'trusted_root.json';

/** @throws {TufError} for a mirror that is not reached by https */
export function createTufRepository(options: TufRepositoryOptions): TrustRepository {
  return new TufRepository(options);
}

/**
 * The client workflow of the TUF specification, by `tuf-js`: roots one after the other, each signed
 * by its predecessor and by itself; then timestamp, snapshot and targets, none older than what is
 * known and none expired by the system's clock; then the target by length and hash.
 */
class TufRepository implements TrustRepository {
  readonly #mirror: URL;
  readonly #root: Uint8Array;
  readonly #deadlines: Deadlines;

  constructor({ mirror, root, deadlines = DEADLINES }: TufRepositoryOptions) {
    this.#mirror = mirrorOf(mirror);
    this.#root = root;
    this.#deadlines = deadlines;
  }

  async update(
    known: TufMetadata,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<TrustUpdate> {
    const start = { ...known, root: newerRoot(this.#root, known.root) };
    let cache: Cache | undefined;
    let mirror: Mirror | undefined;
    try {
      cache = await Cache.of(start);
      mirror = new Mirror(this.#mirror, cache.folder, this.#deadlines, signal);
      const updated = await refresh(cache, mirror);
      return { kind: 'current', ...updated, metadata: boundedOf(await cache.metadata()) };
    } catch (thrown) {
      const { reason, detail } = explain(thrown, mirror?.failure);
      return { kind: 'failed', reason, detail, metadata: await whatIsKept(cache, start) };
    } finally {
      await mirror?.close();
      await cache?.remove();
    }
  }
}

async function refresh(
  cache: Cache,
  mirror: Mirror,
): Promise<{ readonly bytes: Uint8Array; readonly version: number }> {
  const updater = updaterOf(cache, mirror);
  await updater.refresh();
  const { targets } = await cache.metadata();
  const { signed } = Metadata.fromJSON(MetadataKind.Targets, parse(targets));
  const target = signed.targets[TARGET];
  // Only of the top-level role: a delegated one names its own files, and the library would make paths of them.
  if (target === undefined) throw new TufError('REFUSED', `its targets do not name ${TARGET}`);
  return { bytes: await download(updater, target, cache), version: signed.version };
}

function updaterOf(cache: Cache, mirror: Mirror): Updater {
  return new Updater({
    metadataDir: cache.folder,
    metadataBaseUrl: mirror.address,
    targetBaseUrl: `${mirror.address}targets/`,
    fetcher: mirror,
    config: CONFIG,
  });
}

async function download(updater: Updater, target: TargetFile, cache: Cache): Promise<Uint8Array> {
  // The library takes a target without a hash for verified.
  if (!/^[0-9a-f]{64}$/.test(target.hashes.sha256 ?? '')) {
    throw new TufError('REFUSED', `its targets give no SHA-256 of ${TARGET}`);
  }
  if (target.length > TARGET_BYTES) {
    const most = `at most ${TARGET_BYTES} are read`;
    throw new TufError('TOO_LARGE', `its ${TARGET} has ${target.length} bytes: ${most}`);
  }
  return readFile(await updater.downloadTarget(target, join(cache.folder, 'target')));
}

/** A newer release brings a newer root; what is stored and cannot be read is not better than that. */
function newerRoot(shipped: Uint8Array, stored: Uint8Array | undefined): Uint8Array {
  if (stored === undefined) return shipped;
  try {
    return versionOfRoot(stored) > versionOfRoot(shipped) ? stored : shipped;
  } catch {
    return shipped;
  }
}

function versionOfRoot(bytes: Uint8Array): number {
  const root = Metadata.fromJSON(MetadataKind.Root, parse(bytes));
  root.verifyDelegate(MetadataKind.Root, root);
  return root.signed.version;
}

function parse(bytes: Uint8Array | undefined): Parameters<typeof Metadata.fromJSON>[1] {
  return JSON.parse(Buffer.from(bytes ?? []).toString());
}

function boundedOf(metadata: TufMetadata): TufMetadata {
  const large = TUF_ROLES.find((role) => (metadata[role]?.length ?? 0) > METADATA_BYTES[role]);
  if (large === undefined) return metadata;
  throw new TufError('TOO_LARGE', `its ${large} has more than ${METADATA_BYTES[large]} bytes`);
}

async function whatIsKept(cache: Cache | undefined, start: TufMetadata): Promise<TufMetadata> {
  try {
    return cache === undefined ? start : boundedOf(await cache.metadata());
  } catch {
    return start;
  }
}

/** The library says what was wrong in a text; that nobody answered is known from the download. */
function explain(
  thrown: unknown,
  failure: TufError | undefined,
): { readonly reason: 'unreachable' | 'refused'; readonly detail: string } {
  const error = failure ?? thrown;
  const reason = error instanceof TufError && error.temporary ? 'unreachable' : 'refused';
  return { reason, detail: printable(messageOf(error)) };
}

/** Attack: a repository that writes to the operator's terminal through an error message. */
function printable(text: string): string {
  return text
    .replace(/^(?:Unable to load \w+(?: metadata)? error )?(?:\w*Error: )?/, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 300);
}
