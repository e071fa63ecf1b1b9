import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Access } from './access.ts';

/** What the process that has the store open tells the others of its user. */
export interface Running extends Access {
  readonly v: 1;
  readonly pid: number;
  readonly port: number;
}

/** The folder of the embedded store (`.tagwarden/`): the database and who has it open. */
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
   * Only for its user: who can write here decides what the history says.
   *
   * @throws {StoreError} `DENIED` when others own it or can write to it
   */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      const { uid, mode } = await stat(this.path);
      const me = process.getuid?.() ?? uid;
      if ((me === uid || me === 0) && (mode & 0o022) === 0) return;
    } catch (cause) {
      throw new StoreError('DENIED', `make the folder ${this.path}: ${String(cause)}`, cause);
    }
    throw new StoreError(
      'DENIED',
      `the folder ${this.path} can be written by others: expected it to be yours alone (chmod 700)`,
    );
  }

  /** Undefined when there is none or it is not one; whether that process still runs is not said. */
  async running(): Promise<Running | undefined> {
    try {
      const found = JSON.parse(await readFile(this.#running, 'utf8')) as Partial<Running>;
      const { v, pid, port, accessKeyId, secretAccessKey } = found;
      if (v !== 1 || !Number.isInteger(pid) || !Number.isInteger(port)) return undefined;
      if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
      return found as Running;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all, and never readable by others, not even for a moment. */
  async announce(running: Running): Promise<void> {
    const draft = `${this.#running}.${running.pid}`;
    await rm(draft, { force: true });
    await writeFile(draft, `${JSON.stringify(running)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, this.#running);
  }

  /** Unless another process has announced itself since. */
  async withdraw(access: Access): Promise<void> {
    const current = await this.running();
    if (current?.accessKeyId === access.accessKeyId) await rm(this.#running, { force: true });
  }
}
