import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import { StoreError } from '../errors.ts';
import type { Access } from './access.ts';

/** What the process that has the store open tells the other processes of its user. */
export interface Running extends Access {
  readonly v: 1;
  readonly pid: number;
  readonly port: number;
}

const MINE_ALONE = 0o700;

/** The folder of the embedded store (`.tagwarden/`): the database, and who has it open. */
export class DataDir {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get database(): string {
    return join(this.path, 'db');
  }

  get #running(): string {
    return join(this.path, 'store.json');
  }

  /**
   * Makes the folder, for its user alone.
   *
   * @throws {StoreError} `UNSAFE` when it belongs to another user, or others can write to it
   */
  async prepare(): Promise<void> {
    const safe = await this.#make().catch((cause) => {
      throw new StoreError('UNSAFE', `open the folder ${this.path}: ${messageOf(cause)}`, cause);
    });
    if (safe) return;
    // Who can write here can exchange the history, or wait for a key in a store.json of their own.
    throw new StoreError(
      'UNSAFE',
      `the folder ${this.path} is open to others: expected one that only you can write to (chmod 700)`,
    );
  }

  /** Undefined when there is none. That it is there does not say that the process still is. */
  async running(): Promise<Running | undefined> {
    try {
      const found: unknown = JSON.parse(await readFile(this.#running, 'utf8'));
      return isRunning(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all, and not readable by others, not even for a moment. */
  async announce(running: Running): Promise<void> {
    const draft = `${this.#running}.${running.pid}`;
    await rm(draft, { force: true });
    await writeFile(draft, `${JSON.stringify(running)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, this.#running);
  }

  /** Before the database is closed: as long as it is open, nobody else announces anything. */
  async withdraw(): Promise<void> {
    await rm(this.#running, { force: true });
  }

  async #make(): Promise<boolean> {
    await mkdir(this.path, { recursive: true, mode: MINE_ALONE });
    const { uid, mode } = await stat(this.path);
    const me = process.getuid?.();
    const mine = me === undefined || me === uid || me === 0;
    if (!mine || (mode & 0o022) !== 0) return false;
    await mkdir(this.database, { recursive: true, mode: MINE_ALONE });
    return true;
  }
}

function isRunning(found: unknown): found is Running {
  const { v, pid, port, accessKeyId, secretAccessKey } = (found ?? {}) as Record<string, unknown>;
  return (
    v === 1 &&
    Number.isInteger(pid) &&
    Number.isInteger(port) &&
    typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string'
  );
}
