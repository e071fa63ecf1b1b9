import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOCKED_FOR = 10_000;
const ATTEMPTS = 200;
const PAUSE = 50;

/** The text of a file; undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Changes a file that only its user may read, in one step: whoever reads it sees the old text or the
 * new one, whoever is killed in between leaves the old one. `edit` may be called again when somebody
 * else has changed the file meanwhile; with undefined it stays as it is.
 */
export async function editPrivateFile(
  path: string,
  edit: (text: string | undefined) => string | undefined,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const target = realPathOf(path);
  const lock = `${target}.lock`;
  await take(lock);
  try {
    // Programs that know no lock may write it, too: what was read must still be there.
    for (let attempt = 0; !replace(target, edit); attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`${target} is changed by others all the time`);
      await pause(PAUSE);
    }
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A link is followed, so that it stays one. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** @throws when another one holds it for too long; one that a killed process left is broken */
async function take(lock: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      return;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      if (isLeft(lock)) rmSync(lock, { force: true });
      else await pause(PAUSE);
    }
  }
  throw new Error(`${lock} is held by another process`);
}

function isLeft(lock: string): boolean {
  const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  return Date.now() - mtimeMs > LOCKED_FOR;
}

function replace(path: string, edit: (text: string | undefined) => string | undefined): boolean {
  const before = readIfThere(path);
  const next = edit(before);
  if (next === undefined) return true;
  const temporary = `${path}.${randomUUID()}`;
  try {
    write(temporary, next);
    if (readIfThere(path) !== before) return false;
    renameSync(temporary, path);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function write(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
