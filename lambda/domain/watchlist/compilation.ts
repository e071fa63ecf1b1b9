import type { KmsKeys } from '../kms-key.ts';
import type { TrustRootName } from '../policy.ts';
import { type FileResult, type ReadFile, readBelow } from './file.ts';
import { formatPath, MOST_PROBLEMS, type Path, type Problem } from './problem.ts';
import type { Source } from './source.ts';

/** What a compilation may read besides the text. */
export interface Sources {
  readonly readFile: ReadFile;
  /**
   * What KMS said of the keys that the list names. `unasked`: nobody asked, so that their signers
   * are left out of the result, which then is good for counting and for nothing else.
   *
   * @default none is known: each is a problem
   */
  readonly kmsKeys?: KmsKeys | 'unasked';
}

/** What one compilation collects: problems, and the custom trusted roots that policies name. */
export class Compilation {
  readonly trustRoots = new Map<TrustRootName, Uint8Array>();
  /** Every key of KMS that it names. */
  readonly kmsUris = new Set<string>();
  readonly kmsKeys: KmsKeys | 'unasked';
  readonly #source: Source;
  readonly #readFile: ReadFile;
  readonly #problems: Problem[] = [];
  /** Every path with a problem at or below it. */
  readonly #broken = new Set<string>();

  constructor(source: Source, { readFile, kmsKeys = new Map() }: Sources) {
    this.#source = source;
    this.#readFile = readFile;
    this.kmsKeys = kmsKeys;
  }

  report(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    if (this.#problems.length < MOST_PROBLEMS) {
      this.#problems.push(this.#source.problemAt(path, message, at));
    }
    for (let length = 0; length <= path.length; length += 1) {
      this.#broken.add(formatPath(path.slice(0, length)));
    }
  }

  /** Nothing at or below this path is wrong so far, so its value has the shape of the schema. */
  isSound(path: Path): boolean {
    return !this.#broken.has(formatPath(path));
  }

  /** The bytes of a file below the folder of the watch list; a problem at `path` when there are none. */
  read(file: string, path: Path, limit: number): Uint8Array | undefined {
    const result: FileResult = readBelow(this.#readFile, file, limit);
    if (result.ok) return result.bytes;
    this.report(path, result.problem);
    return undefined;
  }

  /** Line of a path, for a problem elsewhere that points at it. */
  lineOf(path: Path): number {
    return this.#source.problemAt(path, '').line;
  }

  /** In the order of the file. */
  problems(): readonly Problem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** The value if it is a list; where the schema wanted one and found something else, that is told. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a mapping, as {@link listOf}. */
export function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
