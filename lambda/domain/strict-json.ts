import { findProblem } from './json-scan.ts';

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Members of objects and items of lists, all together. @default - any number */
  readonly maxValues?: number;
  /** The same of what is below a member of the document itself, by its name. */
  readonly maxValuesOf?: Readonly<Record<string, number>>;
  /** Whether `1.0` and `1e0` are refused: typed readers do not take them for the integer 1. */
  readonly integersOnly?: boolean;
}

/** `problem` goes on from "it …". */
export type StrictJson = { readonly value: unknown } | { readonly problem: string };

/**
 * Parses untrusted JSON that must mean the same to everyone: fatal UTF-8, no byte order mark, no
 * duplicate key (parsers differ in which one wins), bounded in size, depth and number of values.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): StrictJson {
  if (bytes.length > limits.maxBytes) {
    return { problem: `has ${bytes.length} bytes, more than ${limits.maxBytes}` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const problem = findProblem(text, limits);
    return problem === undefined ? { value: JSON.parse(text) } : { problem };
  } catch {
    // The parser's message would quote the hostile text.
    return { problem: 'is not JSON in UTF-8' };
  }
}

/** Own, so that `__proto__` and other inherited names are never found by accident. */
export function ownField(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
