import { join } from 'node:path';
import { type Outcome, run } from './process.ts';
import { words } from './words.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/tagwarden.ts');

/** Our own program as a user's shell starts it, in a folder and an environment with nothing of the tester's. */
export class Tagwarden {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param flags cosign's, separated by spaces; the verdict is printed as one JSON document. */
  verify(reference: string, flags: string): Promise<Outcome> {
    return this.run('verify', '-o', 'json', ...words(flags), reference);
  }

  run(...args: string[]): Promise<Outcome> {
    const env = { HOME: this.#folder, PATH: process.env.PATH ?? '' };
    return run(process.execPath, [PROGRAM, ...args], env, this.#folder);
  }
}
