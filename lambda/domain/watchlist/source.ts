import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { type Finding, toPlain } from './plain.ts';
import { formatPath, type Path, type Problem } from './problem.ts';

/** A watch list of 100,000 lines is half of this. */
export const LONGEST_TEXT = 8 * 1_024 * 1_024;

/** A YAML text as plain values, with the way back from a path to its place. */
export interface Source {
  readonly value: unknown;
  /** Of the syntax: the values are only good for use when there is none. */
  readonly problems: readonly Problem[];
  /** Where a path is, or the nearest thing around it that exists. */
  problemAt(path: Path, message: string, at?: 'key' | 'value'): Problem;
}

/** Reads YAML 1.2; whatever the text, the answer is a value or problems, never an exception. */
export function readSource(text: string): Source {
  // Attack: a huge or deeply nested file that exhausts memory or the stack of whoever parses it.
  if (text.length > LONGEST_TEXT) {
    return unreadable(
      `found ${text.length} characters, expected at most ${LONGEST_TEXT}: split the watch list`,
    );
  }
  try {
    return sourceOf(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable('found values nested too deeply, expected a watch list');
  }
}

function sourceOf(text: string): Source {
  const lines = new LineCounter();
  // `uniqueKeys` compares every pair of keys; duplicates are found in `toPlain`, in linear time.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const syntax = [...document.errors, ...document.warnings].map(({ message, pos, code }) => ({
    ...place(pos[0]),
    path: '',
    message: syntaxMessage(code, message),
  }));
  const plain = toPlain(document);
  const findings = plain.findings.map(({ offset, path, message }: Finding) => ({
    ...place(offset),
    path: formatPath(path),
    message,
  }));
  return {
    value: plain.value,
    problems: [...syntax, ...(syntax.length === 0 ? findings : [])],
    problemAt: (path, message, at = 'value') => ({
      ...place(offsetOf(document, path, at)),
      path: formatPath(path),
      message,
    }),
  };
}

function syntaxMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'found a tab, expected spaces for indentation';
    case 'MULTIPLE_DOCS':
      return 'found a second YAML document, expected one in a file';
    default:
      return `found invalid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

function unreadable(message: string): Source {
  const problem: Problem = { line: 1, column: 1, path: '', message };
  return { value: undefined, problems: [problem], problemAt: () => problem };
}

/** Follows a path as far as it exists. */
function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  let node: Node | null = document.contents;
  let offset = startOf(node);
  for (const [depth, part] of path.entries()) {
    const next = childOf(resolved(document, node), part);
    if (next === undefined) break;
    node = next.value;
    const wantsKey = at === 'key' && depth === path.length - 1;
    offset = wantsKey || node === null ? startOf(next.key ?? node) : startOf(node);
  }
  return offset;
}

interface Child {
  readonly key?: Node;
  readonly value: Node | null;
}

function childOf(node: Node | null | undefined, part: string | number): Child | undefined {
  if (isSeq<Node>(node) && typeof part === 'number') {
    const value = node.items[part];
    return value && { value };
  }
  if (!isMap(node)) return undefined;
  const pair = pairOf(node, String(part));
  return pair && { key: pair.key, value: pair.value };
}

function pairOf(map: YAMLMap, name: string): Pair<Scalar, Node | null> | undefined {
  return (map as YAMLMap<Scalar, Node | null>).items.find(
    ({ key }) => isScalar(key) && String(key.value) === name,
  );
}

function resolved(document: Document, node: Node | null): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
