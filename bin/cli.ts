import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readSettings, type Settings } from '../lambda/settings.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type Format, Output } from './output.ts';
import { type AwsFlags, accessOf, type Place, type PlaceFlags, placeOf } from './place.ts';

/** The flags that every command has. */
export interface GlobalFlags extends PlaceFlags {
  readonly output: Format;
  readonly color: boolean;
}

type Action = (...args: never[]) => Promise<ExitCode>;

/** What a command gets to work with; made per invocation. */
export class Cli {
  readonly io: Io;
  exit: ExitCode = EXIT.done;
  /** Of the command that runs. */
  usage = '';
  readonly #program: Command;
  #output: Output | undefined;

  constructor(io: Io, program: Command) {
    this.io = io;
    this.#program = program;
  }

  get signal(): AbortSignal {
    return this.io.signal;
  }

  get flags(): GlobalFlags {
    return this.#program.opts<GlobalFlags>();
  }

  get output(): Output {
    this.#output ??= new Output(this.io, { format: this.flags.output, color: this.flags.color });
    return this.#output;
  }

  get settings(): Settings {
    return readSettings(this.io.env);
  }

  /** Folder of the embedded store; `chosen` is false for the default. */
  get dataDir(): { readonly path: string; readonly chosen: boolean } {
    const wanted = this.flags.dataDir ?? this.settings.dataDir;
    return { path: this.path(wanted ?? '.tagwarden'), chosen: wanted !== undefined };
  }

  /** The store that the command is about. @throws {UsageError} */
  get place(): Place {
    const place = placeOf(this.flags, this.settings);
    return place.kind === 'embedded' ? { ...place, folder: this.path(place.folder) } : place;
  }

  /** How AWS is asked, whatever the command is about. */
  get aws(): AwsFlags {
    return accessOf(this.flags);
  }

  /** A path as the user wrote it, absolute. */
  path(...parts: string[]): string {
    return resolve(this.io.cwd, join(...parts));
  }

  /** Makes an action of a command: its result becomes the exit code. */
  act<A extends Action>(action: A): (...args: Parameters<A>) => Promise<void> {
    return async (...args) => {
      this.exit = await action(...args);
    };
  }
}
