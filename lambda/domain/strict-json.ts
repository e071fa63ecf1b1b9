export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** Whether `1.0` and `1e0` are refused: typed readers do not take them for the integer 1. */
  readonly integersOnly?: boolean;
}

/** `problem` goes on from "it …". */
export type StrictJson = { readonly value: unknown } | { readonly problem: string };

/**
 * Parses untrusted JSON that must mean the same to everyone: fatal UTF-8, no byte order mark, no
 * duplicate key (parsers differ in which one wins), bounded in size and depth.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): StrictJson {
  if (bytes.length > limits.maxBytes) {
    return { problem: `has ${bytes.length} bytes, more than ${limits.maxBytes}` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const problem = findAmbiguity(text, limits);
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

/**
 * Strings, numbers and what structures the document; the rest says nothing about keys or depth. The
 * closing quote is optional, so that a match never fails: a string of a million escaped quotes
 * without an end would otherwise be read again from each of them.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"?|[{}[\],]|\d[\d.eE+-]*/g;

/** Whether it is JSON at all is for the parser to say. */
function findAmbiguity(text: string, { maxDepth, integersOnly }: JsonLimits): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let previous = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('"')) {
      if (!isUnicode(token)) return 'has a string with half a character';
      if (previous !== '"' && !isNew(open.at(-1), token)) return 'has a duplicate key';
    } else if (integersOnly === true && /^\d+[.eE]/.test(token)) {
      return 'has a number that is no integer';
    } else {
      nest(open, token);
    }
    if (open.length > maxDepth) return `is nested deeper than ${maxDepth}`;
    previous = token.charAt(0);
  }
  return undefined;
}

/** An escape may name half of a surrogate pair, which parsers refuse, keep or replace. */
function isUnicode(literal: string): boolean {
  return !/\\u[dD][89a-fA-F]/.test(literal) || String(JSON.parse(literal)).isWellFormed();
}

/** Objects are open with the keys they have shown so far, arrays with none. */
function nest(open: (Set<string> | undefined)[], token: string): void {
  if (token === '{') open.push(new Set());
  if (token === '[') open.push(undefined);
  if (token === '}' || token === ']') open.pop();
}

/** In an object, the string that follows no other string is a key: its value comes before the next comma. */
function isNew(keys: Set<string> | undefined, literal: string): boolean {
  if (keys === undefined) return true;
  // An escape may spell the same key in another way: `"\u0061"` is `"a"`.
  const key = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}
