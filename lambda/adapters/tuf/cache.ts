import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TUF_ROLES, type TufMetadata, type TufRole } from '../../application/ports.ts';

/**
 * The folder that the library keeps its trusted metadata in, for the time of one refresh. Its file
 * names are those of the four top-level roles and nothing that a repository says
 * (GHSA-fcv2-xgw5-pqxf); it is the process's own, and gone afterwards.
 */
export class Cache {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async of(metadata: TufMetadata): Promise<Cache> {
    const cache = new Cache(await mkdtemp(join(tmpdir(), 'tagwarden-tuf-')));
    for (const role of TUF_ROLES) {
      const bytes = metadata[role];
      if (bytes !== undefined) await writeFile(cache.#file(role), bytes, { mode: 0o600 });
    }
    return cache;
  }

  /** What is trusted now: everything in here has been verified before it was written. */
  async metadata(): Promise<TufMetadata> {
    const entries = await Promise.all(
      TUF_ROLES.map(async (role) => [role, await readIfThere(this.#file(role))] as const),
    );
    return Object.fromEntries(entries.filter(([, bytes]) => bytes !== undefined));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #file(role: TufRole): string {
    return join(this.folder, `${role}.json`);
  }
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
