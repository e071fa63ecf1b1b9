import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Path } from './problem.ts';

/** A value, and the key in front of it where it has one; `{a}` is a key without a value. */
interface Child {
  readonly key: ParsedNode | null;
  readonly value: ParsedNode | null;
}

/** Where in the text a path is: its key or its value, or the deepest thing on the way that exists. */
export function offsetOf(document: Document.Parsed, path: Path, at: 'key' | 'value'): number {
  let found: Child = { key: null, value: document.contents };
  for (const [depth, part] of path.entries()) {
    const child = childOf(document, found.value, part);
    if (child === undefined) break;
    found = at === 'key' && depth === path.length - 1 ? { key: child.key, value: null } : child;
  }
  return (found.value ?? found.key)?.range[0] ?? 0;
}

function childOf(
  document: Document.Parsed,
  node: ParsedNode | null,
  part: string | number,
): Child | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap<ParsedNode, ParsedNode | null>(target)) {
    return target.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  }
  const value = isSeq<ParsedNode>(target) ? target.items[Number(part)] : undefined;
  return value && { key: null, value };
}
