import type { Compilation } from './compilation.ts';
import type { Path } from './problem.ts';

const LARGEST = 64 * 1_024;

/** A PEM text as the watch list has it: inline, or in a file below its folder. */
export interface Pem {
  readonly text: string;
  /** For messages: the file, or `inline`. */
  readonly source: string;
}

export function readPem(compilation: Compilation, value: string, path: Path): Pem | undefined {
  if (value.trimStart().startsWith('-----BEGIN')) return { text: value, source: 'inline' };
  const bytes = compilation.read(value, path, LARGEST);
  return bytes && { text: Buffer.from(bytes).toString('latin1'), source: value };
}
