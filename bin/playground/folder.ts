import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lambda/domain/errors.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

const MARKER = 'PLAYGROUND';
const NOTE =
  'This folder belongs to the playground of Tagwarden (npm start) and is emptied when that starts.\n';

/**
 * The playground's own folder, empty: registry and Sigstore are made anew each time, so that what a
 * former one stored is about images that are gone. Only a folder with our marker is ever emptied.
 *
 * @throws {CliError} when there is a folder of somebody else's
 */
export function emptyFolder(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, MARKER))) {
    throw new CliError(
      EXIT.unavailable,
      `${folder} is there and not the playground's: expected it moved away, or another --data-dir`,
    );
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, MARKER), NOTE);
  } catch (cause) {
    throw new CliError(EXIT.unavailable, `cannot empty ${folder}: ${messageOf(cause)}`, { cause });
  }
}
